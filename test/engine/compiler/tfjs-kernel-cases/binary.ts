import * as tf from '@tensorflow/tfjs-core';
import { type KernelCases, on, pair, positive, spread, truth, truths, wholes } from './case.js';

const compared = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => [
  pair(op, false),
  spread(op, false),
  wholes(op, false),
  truths(op, false),
];

const points = on([{ shape: [3, 4] }, { shape: [4] }]);

export const binaryCases: KernelCases = {
  Atan2: [points((y, x) => tf.atan2(y, x)), points((y, x) => tf.atan2(tf.round(y), tf.round(x)), false)],
  Add: [pair(tf.add), spread(tf.add), wholes(tf.add, false), spread((a, b) => tf.add(b, a))],
  AddN: [pair((a, b) => tf.addN([a, b, a]))],
  Sub: [pair(tf.sub), spread(tf.sub), wholes(tf.sub, false)],
  Multiply: [pair(tf.mul), spread(tf.mul), wholes(tf.mul, false), truths(tf.mul, false)],
  RealDiv: [on([{ shape: [2, 3, 4] }, { shape: [3, 1], from: 0.5, to: 2 }])(tf.div)],
  FloorDiv: [
    wholes(tf.floorDiv, false),
    on([
      { shape: [3, 4], from: -9, to: 9 },
      { shape: [4], from: 0.5, to: 3 },
    ])(tf.floorDiv, false),
    on([
      { shape: [3, 4], dtype: 'int32', from: -7, to: 8 },
      { shape: [4], dtype: 'int32', from: -5, to: -1 },
    ])(tf.div, false),
  ],
  Mod: [
    wholes(tf.mod, false),
    on([
      { shape: [3, 4], from: -9, to: 9 },
      { shape: [4], from: 0.5, to: 3 },
    ])(tf.mod),
    on([
      { shape: [3, 4], from: -9, to: 9 },
      { shape: [4], from: -3, to: -0.5 },
    ])(tf.mod),
  ],
  Pow: [
    on([{ shape: [3, 4], from: 0.2, to: 3 }, { shape: [4] }])(tf.pow),
    ...[-1, 0.5, 1, 1.5, 2, 3].map((exponent) => positive((x) => tf.pow(x, exponent))),
    on([
      { shape: [3, 4], dtype: 'int32', from: -3, to: 4 },
      { shape: [4], dtype: 'int32', from: 0, to: 4 },
    ])(tf.pow, false),
  ],
  Maximum: [pair(tf.maximum), spread(tf.maximum, false), wholes(tf.maximum, false)],
  Minimum: [pair(tf.minimum), spread(tf.minimum, false), wholes(tf.minimum, false)],
  SquaredDifference: [
    pair(tf.squaredDifference),
    spread(tf.squaredDifference, false),
    wholes(tf.squaredDifference, false),
  ],
  Prelu: [on([{ shape: [3, 4] }, { shape: [4], from: 0.1, to: 0.5 }])(tf.prelu)],
  Equal: compared(tf.equal),
  NotEqual: compared(tf.notEqual),
  Greater: compared(tf.greater),
  GreaterEqual: compared(tf.greaterEqual),
  Less: compared(tf.less),
  LessEqual: compared(tf.lessEqual),
  LogicalAnd: [truths(tf.logicalAnd, false)],
  LogicalOr: [truths(tf.logicalOr, false), truths(tf.logicalXor, false)],
  LogicalNot: [truth((x) => tf.logicalNot(x), false)],
  Select: [
    pair((a, b) => tf.where(tf.cast(tf.tensor([1, 0, 1, 1], [4], 'int32'), 'bool'), a, b)),
    spread((a, b) => tf.where(tf.greater(a, 0), a, b), false),
    truths((a, b) => tf.where(a, b, a), false),
    wholes((a, b) => tf.where(tf.greater(a, 0), a, b), false),
  ],
};
