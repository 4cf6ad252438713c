import { sizeOf } from './axes.js';

export type DType = 'float32' | 'int32' | 'bool';

/** Numbers in host memory with their shape, row-major. What files, data sets and initializers speak. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** A float32 host tensor: `float32([2, 2], [1, 2, 3, 4])`. */
export const float32 = (shape: readonly number[], values: ArrayLike<number>): HostTensor => ({
  dtype: 'float32',
  shape,
  data: values instanceof Float32Array ? values : Float32Array.from(values),
});

/** An int32 host tensor, as labels are. */
export const int32 = (shape: readonly number[], values: ArrayLike<number>): HostTensor => ({
  dtype: 'int32',
  shape,
  data: values instanceof Int32Array ? values : Int32Array.from(values),
});

/** A float32 host tensor in which every element is `value`. */
export const filled = (shape: readonly number[], value: number): HostTensor =>
  float32(shape, new Float32Array(sizeOf(shape)).fill(value));

/** Memory as numbers of a type; a bool is a byte. */
export const viewOf = (dtype: DType, buffer: ArrayBufferLike): HostTensor['data'] =>
  dtype === 'float32' ? new Float32Array(buffer) : dtype === 'int32' ? new Int32Array(buffer) : new Uint8Array(buffer);
