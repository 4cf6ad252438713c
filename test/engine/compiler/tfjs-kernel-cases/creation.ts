import * as tf from '@tensorflow/tfjs-core';
import { type KernelCases, on, one, whole } from './case.js';

export const creationCases: KernelCases = {
  ZerosLike: [one((x) => tf.add(x, tf.zerosLike(x))), whole((x) => tf.zerosLike(x), false)],
  OnesLike: [one((x) => tf.mul(x, tf.onesLike(x))), whole((x) => tf.onesLike(x), false)],
  Fill: [one((x) => tf.add(x, tf.fill([3, 1], 2.5))), whole((x) => tf.add(x, tf.fill([4], 7, 'int32')), false)],
  Range: [
    one((x) => tf.mul(x, tf.range(1, 9, 2))),
    whole((x) => tf.add(x, tf.range(0, 4, 1, 'int32')), false),
    one((x) => tf.mul(x, tf.range(4, 0, -1))),
  ],
  LinSpace: [one((x) => tf.mul(x, tf.linspace(0, 1, 4)))],
  OneHot: [
    on([{ shape: [5], dtype: 'int32', from: 0, to: 4 }])((x) => tf.oneHot(x, 4), false),
    on([{ shape: [2, 3], dtype: 'int32', from: 0, to: 4 }])((x) => tf.oneHot(x, 4, 0.9, 0.1, 'float32'), false),
  ],
};
