/**
 * Numbers that depend on the size of the batch, in a graph that is made for any size.
 *
 * @module
 */
import type { OnnxConstant, OnnxNode } from '../onnxruntime/protobuf.js';

/** A number that is `times` · the size of the batch `+ plus`. */
export interface Size {
  readonly times: number;
  readonly plus: number;
}

/** Two sizes of batch, the smaller one first. */
export type TwoSizes = readonly [small: number, large: number];

/** The number that is `a` for the small batch and `b` for the large one; undefined if it does not grow evenly with the batch. */
export const sizeIn =
  ([small, large]: TwoSizes) =>
  ([a, b]: readonly [number, number]): Size | undefined => {
    const times = (b - a) / (large - small);
    return Number.isInteger(times) ? { times, plus: a - times * small } : undefined;
  };

/** The numbers of a vector of int64. */
export const integersOf = ({ bytes, shape }: OnnxConstant): readonly number[] =>
  Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, shape[0] ?? 1), Number);

/** A vector of int64. */
export const int64 = (name: string, values: readonly number[]): OnnxConstant => {
  const { buffer } = BigInt64Array.from(values.map(BigInt));
  return { name, type: 'int64', shape: [values.length], bytes: new Uint8Array(buffer) };
};

/** The value that holds the size of the batch, where it is needed. */
export const BATCH_SIZE = 'batch size';

/** Collects the model while the operators are compared. */
export interface Free {
  readonly nodes: OnnxNode[];
  readonly constants: Map<string, OnnxConstant>;
  /** The names of sizes that are computed, by their two constants. */
  readonly computed: Map<string, string>;
}

/** Sizes that are computed from that of the batch: times · batch + plus. */
export const computeSizes = ({ nodes, constants, computed }: Free, key: string, sizes: readonly Size[]): string => {
  const known = computed.get(key);
  if (known !== undefined) return known;
  const name = `sizes ${computed.size}`;
  const constant = (part: string, values: readonly number[]): string => {
    constants.set(`${name} ${part}`, int64(`${name} ${part}`, values));
    return `${name} ${part}`;
  };
  const times = constant(
    'times',
    sizes.map((size) => size.times),
  );
  const isScaled = sizes.every(({ plus }) => plus === 0);
  const scaled = isScaled ? name : `${name} scaled`;
  nodes.push({ operator: 'Mul', inputs: [BATCH_SIZE, times], outputs: [scaled] });
  if (!isScaled) {
    const plus = constant(
      'plus',
      sizes.map((size) => size.plus),
    );
    nodes.push({ operator: 'Add', inputs: [scaled, plus], outputs: [name] });
  }
  computed.set(key, name);
  return name;
};
