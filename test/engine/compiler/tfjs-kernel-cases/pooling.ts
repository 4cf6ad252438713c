import * as tf from '@tensorflow/tfjs-core';
import { type KernelCase, type KernelCases, on } from './case.js';

type Images = tf.Tensor4D;

const pixels = on([{ shape: [2, 6, 7, 3] }]);
// Few different values: many windows have several maxima, of which the first receives the gradient.
const ties = on([{ shape: [2, 6, 7, 2], dtype: 'int32', from: 0, to: 3 }]);

const maximum = (...options: unknown[]): KernelCase =>
  pixels((x) => tf.maxPool(x as Images, ...(options as [2, 2, 'same'])));
const average = (...options: unknown[]): KernelCase =>
  pixels((x) => tf.avgPool(x as Images, ...(options as [2, 2, 'same'])));

const maxima: readonly KernelCase[] = [
  maximum(2, 2, 'valid'),
  maximum(3, 2, 'same'),
  maximum(3, 2, 1, 'floor'),
  maximum([3, 2], [1, 2], 'same'),
  pixels((x) => tf.maxPool(tf.round(x) as Images, 3, 2, 'same'), false),
  pixels((x) => tf.maxPool(tf.relu(x) as Images, 3, 2, 'same')),
  ties((x) => tf.grad((y: tf.Tensor) => tf.sum(tf.maxPool(y as Images, 3, 2, 'same')))(tf.cast(x, 'float32')), false),
];
const averages: readonly KernelCase[] = [
  average(2, 2, 'valid'),
  average(3, 2, 'same'),
  average([3, 2], [1, 2], 'same'),
  average(3, 2, 1, 'floor'),
];

export const poolingCases: KernelCases = {
  MaxPool: maxima,
  MaxPoolGrad: [...maxima.slice(0, 4), ...maxima.slice(5)],
  AvgPool: averages,
  AvgPoolGrad: averages,
  FusedBatchNorm: [
    on([{ shape: [2, 3, 3, 4] }, { shape: [4] }, { shape: [4], from: 0.5, to: 2 }, { shape: [4] }, { shape: [4] }])(
      (x, mean, variance, offset, scale) =>
        tf.batchNorm4d(
          x as Images,
          ...([mean, variance, offset, scale] as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]),
          0.01,
        ),
    ),
    on([{ shape: [2, 3, 3, 4] }, { shape: [4] }, { shape: [4], from: 0.5, to: 2 }])(
      (x, mean, variance) => tf.batchNorm4d(x as Images, mean as tf.Tensor1D, variance as tf.Tensor1D),
      false,
    ),
  ],
};
