import * as tf from '@tensorflow/tfjs-core';
import { cube, type KernelCases, matrices, on } from './case.js';

export const matMulCases: KernelCases = {
  BatchMatMul: [
    matrices([3, 4], [4, 2])((a, b) => tf.matMul(a, b)),
    matrices([4, 3], [4, 2])((a, b) => tf.matMul(a, b, true, false)),
    matrices([3, 4], [2, 4])((a, b) => tf.matMul(a, b, false, true)),
    matrices([2, 4, 3], [2, 5, 4])((a, b) => tf.matMul(a, b, true, true)),
    matrices([2, 3, 5, 4], [2, 3, 4, 5])((a, b) => tf.matMul(a, b)),
    matrices([2, 3, 5, 4], [2, 3, 5, 4])((a, b) => tf.matMul(tf.transpose(a, [0, 1, 3, 2]), b)),
    matrices([2, 3, 4], [1, 4, 5])((a, b) => tf.matMul(a, b)),
    matrices([2, 3, 4], [4, 5])((a, b) => tf.matMul(a, b)),
    matrices([3, 4], [2, 4, 5])((a, b) => tf.matMul(a, b)),
    matrices([1, 3, 4], [2, 4, 5])((a, b) => tf.matMul(tf.broadcastTo(a, [2, 3, 4]), b)),
  ],
  _FusedMatMul: [
    ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation) =>
      on([{ shape: [3, 4] }, { shape: [4, 2] }, { shape: [2] }])(
        (a, b, bias) => tf.fused.matMul({ a, b, bias: bias!, activation, leakyreluAlpha: 0.3 }),
        false,
      ),
    ),
    on([{ shape: [3, 4] }, { shape: [4, 2] }])(
      (a, b) => tf.fused.matMul({ a, b, activation: 'prelu', preluActivationWeights: tf.scalar(0.2) }),
      false,
    ),
    matrices([4, 3], [4, 2])((a, b) => tf.fused.matMul({ a, b, transposeA: true }), false),
  ],
  UnsortedSegmentSum: [cube((x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 1], 'int32'), 3))],
};
