import { areSizes, sizeOf } from './axes.js';
import type { DType } from './host-tensor.js';

const arrayTypes: Readonly<Record<DType, typeof Float32Array | typeof Int32Array | typeof Uint8Array>> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
};

const isDType = (dtype: unknown): dtype is DType => typeof dtype === 'string' && Object.hasOwn(arrayTypes, dtype);

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value;

/** What is wrong with a leaf that should be a host tensor, as the rest of a sentence; `undefined` if nothing is. */
export const hostTensorProblem = (leaf: unknown): string | undefined => {
  if (typeof leaf !== 'object' || leaf === null || !('shape' in leaf && 'dtype' in leaf && 'data' in leaf)) {
    return `is not a host tensor: expected { dtype, shape, data }, got ${nameOf(leaf)}`;
  }
  const { shape, dtype, data } = leaf;
  if (!isDType(dtype)) return `has the type '${dtype}': expected float32, int32 or bool`;
  if (!Array.isArray(shape) || !areSizes(shape))
    return `has the shape [${shape}]: expected sizes that are whole numbers from 0 up`;
  const arrayType = arrayTypes[dtype];
  if (!(data instanceof arrayType)) {
    return `is ${dtype} but its data is not: expected a ${arrayType.name}, got ${nameOf(data)}`;
  }
  const expected = sizeOf(shape);
  return data.length === expected
    ? undefined
    : `has the shape [${shape}]: expected ${expected} elements of data, got ${data.length}`;
};
