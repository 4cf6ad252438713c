import type { DType, HostTensor } from '../../../core/host-tensor.js';
import type { Inputs, Node, Operation } from './node.js';

/** Makes nodes. The same operation on the same inputs is one node (hash-consing), so nothing is computed twice. */
export interface Builder {
  readonly make: <O extends Operation>(
    operation: O,
    inputs: Inputs<O['op']>,
    shape: readonly number[],
    dtype: DType,
  ) => Node;
  /** A new input each time. */
  readonly input: (shape: readonly number[], dtype: DType) => Node;
  readonly splat: (value: number, shape: readonly number[], dtype: DType) => Node;
  /** A constant; an array of equal elements becomes a splat. */
  readonly constant: (tensor: HostTensor) => Node;
}

// Comparing larger constants costs more than storing two equal ones.
const LARGEST_COMPARED = 1024;

/** The number that a tensor of this type holds when `value` is stored in it. */
export const storedAs = (dtype: DType, value: number): number =>
  dtype === 'float32' ? Math.fround(value) : dtype === 'int32' ? value | 0 : value === 0 ? 0 : 1;

const uniformValue = (data: HostTensor['data']): number | undefined => {
  const first = data[0];
  // Object.is: an array of -0 and 0 is not uniform, one of NaN is.
  return first !== undefined && data.every((value) => Object.is(value, first)) ? first : undefined;
};

/** A builder with an empty graph. Its table of known nodes grows with the graph. */
export const builder = (): Builder => {
  const known = new Map<string, Node>();
  let count = 0;
  const fresh = (operation: Operation, inputs: readonly Node[], shape: readonly number[], dtype: DType): Node => ({
    id: count++,
    operation,
    inputs,
    shape,
    dtype,
  });
  const make: Builder['make'] = (operation, inputs, shape, dtype) => {
    const { op, ...attributes } = operation;
    const key = `${op} ${inputs.map((input) => input.id)} ${shape} ${dtype} ${describe(attributes)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = fresh(operation, inputs, shape, dtype);
    known.set(key, made);
    return made;
  };
  const splat: Builder['splat'] = (value, shape, dtype) =>
    make({ op: 'Splat', value: storedAs(dtype, value) }, [], shape, dtype);
  return {
    make,
    input: (shape, dtype) => fresh({ op: 'Input' }, [], shape, dtype),
    splat,
    constant: ({ data, shape, dtype }) => {
      const uniform = uniformValue(data);
      if (uniform !== undefined) return splat(uniform, shape, dtype);
      const operation: Operation = { op: 'Data', data };
      return data.length <= LARGEST_COMPARED ? make(operation, [], shape, dtype) : fresh(operation, [], shape, dtype);
    },
  };
};

// JSON would write NaN, the infinities and -0 as other numbers.
const describe = (attributes: object): string =>
  Object.values(attributes)
    .map((value) => (typeof value === 'number' && Object.is(value, -0) ? '-0' : String(value)))
    .join(';');
