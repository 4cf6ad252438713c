import { allocatedSizeOf } from './axes.js';

export type DType = 'float32' | 'int32' | 'bool';

/** Numbers in host memory with their shape, row-major: the form of tensors in files, data sets and initializers. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/**
 * A float32 host tensor. A `Float32Array` is used without a copy; other values are converted. There must be one
 * value per element of the shape; an engine refuses a tensor with more or fewer.
 *
 * @example
 * const matrix = float32([2, 2], [1, 2, 3, 4]);
 */
export const float32 = (shape: readonly number[], values: ArrayLike<number>): HostTensor => ({
  dtype: 'float32',
  shape,
  data: values instanceof Float32Array ? values : Float32Array.from(values),
});

/**
 * An int32 host tensor, such as class labels. An `Int32Array` is used without a copy; other values are truncated to whole
 * numbers. There must be one value per element of the shape; an engine refuses a tensor with more or fewer.
 *
 * @example
 * const labels = int32([3], [0, 2, 1]);
 */
export const int32 = (shape: readonly number[], values: ArrayLike<number>): HostTensor => ({
  dtype: 'int32',
  shape,
  data: values instanceof Int32Array ? values : Int32Array.from(values),
});

/** A float32 host tensor in which every element is `value`. It has no elements if a size is not a whole number, 0 or more. */
export const filled = (shape: readonly number[], value: number): HostTensor =>
  float32(shape, new Float32Array(allocatedSizeOf(shape)).fill(value));

/**
 * The only number of a host tensor, such as a drawn scalar or a metric; NaN if it has no element or several.
 *
 * @example
 * const chance = scalarOf(drawOnHost(key(1), { kind: 'uniform' }, []));
 */
export const scalarOf = ({ data }: HostTensor): number => {
  const [value, another] = data;
  return value === undefined || another !== undefined ? Number.NaN : value;
};

/** Memory as numbers of a type, all of it or the first `length` of them; a bool takes one byte. */
export const viewOf = (dtype: DType, buffer: ArrayBufferLike, length?: number): HostTensor['data'] => {
  if (dtype === 'float32') return new Float32Array(buffer, 0, length);
  return dtype === 'int32' ? new Int32Array(buffer, 0, length) : new Uint8Array(buffer, 0, length);
};
