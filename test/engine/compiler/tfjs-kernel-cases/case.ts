import type * as tf from '@tensorflow/tfjs-core';
import type { DType } from '../../../../src/core/host-tensor.js';

export interface Argument {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  /** Bounds of the values (default: -2 and 2), integers for int32. */
  readonly from?: number;
  readonly to?: number;
}

export interface KernelCase {
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  readonly inputs: readonly Argument[];
  readonly gradient: boolean;
}

export const on =
  (inputs: readonly Argument[]) =>
  (compute: KernelCase['compute'], gradient = true): KernelCase => ({ inputs, compute, gradient });

export const one = on([{ shape: [3, 4] }]);
export const positive = on([{ shape: [3, 4], from: 0.2, to: 3 }]);
export const inUnit = on([{ shape: [3, 4], from: -0.9, to: 0.9 }]);
export const aboveOne = on([{ shape: [3, 4], from: 1.2, to: 4 }]);
export const whole = on([{ shape: [3, 4], dtype: 'int32', from: -5, to: 6 }]);
export const pair = on([{ shape: [3, 4] }, { shape: [3, 4] }]);
export const spread = on([{ shape: [2, 3, 4] }, { shape: [3, 1] }]);
export const wholes = on([
  { shape: [3, 4], dtype: 'int32', from: -7, to: 8 },
  { shape: [4], dtype: 'int32', from: 1, to: 5 },
]);
export const truths = on([
  { shape: [3, 4], dtype: 'bool' },
  { shape: [4], dtype: 'bool' },
]);
export const truth = on([{ shape: [3, 4], dtype: 'bool' }]);
export const cube = on([{ shape: [2, 3, 4] }]);
export const matrices = (a: readonly number[], b: readonly number[]) => on([{ shape: a }, { shape: b }]);

/** Cases by the names of tfjs kernels. */
export type KernelCases = Readonly<Record<string, readonly KernelCase[]>>;
