/**
 * For each tfjs kernel that the compiler knows, the operations that reach it. `gradient: false` where tfjs has none.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { DType } from '../../../src/core/host-tensor.js';

export interface Argument {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  /** Bounds of the numbers; -2 and 2 unless told otherwise, whole for int32. */
  readonly from?: number;
  readonly to?: number;
}

export interface KernelCase {
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  readonly inputs: readonly Argument[];
  readonly gradient: boolean;
}

const on =
  (inputs: readonly Argument[]) =>
  (compute: KernelCase['compute'], gradient = true): KernelCase => ({ inputs, compute, gradient });

const one = on([{ shape: [3, 4] }]);
const positive = on([{ shape: [3, 4], from: 0.2, to: 3 }]);
const inUnit = on([{ shape: [3, 4], from: -0.9, to: 0.9 }]);
const aboveOne = on([{ shape: [3, 4], from: 1.2, to: 4 }]);
const whole = on([{ shape: [3, 4], dtype: 'int32', from: -5, to: 6 }]);
const pair = on([{ shape: [3, 4] }, { shape: [3, 4] }]);
const spread = on([{ shape: [2, 3, 4] }, { shape: [3, 1] }]);
const wholes = on([
  { shape: [3, 4], dtype: 'int32', from: -7, to: 8 },
  { shape: [4], dtype: 'int32', from: 1, to: 5 },
]);
const truths = on([
  { shape: [3, 4], dtype: 'bool' },
  { shape: [4], dtype: 'bool' },
]);
const truth = on([{ shape: [3, 4], dtype: 'bool' }]);
const cube = on([{ shape: [2, 3, 4] }]);
const matrices = (a: readonly number[], b: readonly number[]) => on([{ shape: a }, { shape: b }]);

const compared = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => [
  pair(op, false),
  spread(op, false),
  wholes(op, false),
  truths(op, false),
];

export const kernelCases: Readonly<Record<string, readonly KernelCase[]>> = {
  Abs: [one((x) => tf.abs(x)), whole((x) => tf.abs(x), false)],
  Acos: [inUnit((x) => tf.acos(x))],
  Acosh: [aboveOne((x) => tf.acosh(x))],
  Asin: [inUnit((x) => tf.asin(x))],
  Asinh: [one((x) => tf.asinh(x))],
  Atan: [one((x) => tf.atan(x))],
  Atanh: [inUnit((x) => tf.atanh(x))],
  Ceil: [one((x) => tf.ceil(x))],
  ClipByValue: [one((x) => tf.clipByValue(x, -0.5, 1)), whole((x) => tf.clipByValue(x, -2, 3), false)],
  Cos: [one((x) => tf.cos(x))],
  Cosh: [one((x) => tf.cosh(x))],
  Elu: [one((x) => tf.elu(x))],
  EluGrad: [one((x) => tf.elu(tf.mul(x, 3)))],
  Erf: [one((x) => tf.erf(x))],
  Exp: [one((x) => tf.exp(x))],
  Expm1: [one((x) => tf.expm1(x)), one((x) => tf.expm1(tf.mul(x, 1e-4)))],
  Floor: [one((x) => tf.floor(x))],
  IsFinite: [one((x) => tf.isFinite(tf.div(x, tf.relu(x))), false)],
  IsInf: [one((x) => tf.isInf(tf.div(1, tf.relu(x))), false)],
  IsNan: [one((x) => tf.isNaN(tf.log(x)), false)],
  LeakyRelu: [one((x) => tf.leakyRelu(x, 0.3))],
  Log: [positive((x) => tf.log(x))],
  Log1p: [positive((x) => tf.log1p(x)), inUnit((x) => tf.log1p(x)), inUnit((x) => tf.log1p(tf.mul(x, 1e-6)))],
  Neg: [one((x) => tf.neg(x)), whole((x) => tf.neg(x), false)],
  Reciprocal: [positive((x) => tf.reciprocal(x))],
  Relu: [one((x) => tf.relu(x)), whole((x) => tf.relu(x), false)],
  Relu6: [one((x) => tf.relu6(tf.mul(x, 5)))],
  Round: [one((x) => tf.round(x)), one((x) => tf.round(tf.mul(tf.round(tf.mul(x, 2)), 0.5)), false)],
  Rsqrt: [positive((x) => tf.rsqrt(x))],
  Selu: [one((x) => tf.selu(x))],
  Sigmoid: [one((x) => tf.sigmoid(tf.mul(x, 3)))],
  Sign: [one((x) => tf.sign(x)), whole((x) => tf.sign(x), false)],
  Sin: [one((x) => tf.sin(x))],
  Sinh: [one((x) => tf.sinh(x))],
  Softplus: [one((x) => tf.softplus(x))],
  Sqrt: [positive((x) => tf.sqrt(x))],
  Square: [one((x) => tf.square(x)), whole((x) => tf.square(x), false)],
  Step: [one((x) => tf.step(x, 0.25)), one((x) => tf.step(tf.log(x)), false)],
  Tan: [inUnit((x) => tf.tan(x))],
  Tanh: [one((x) => tf.tanh(x))],

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

  Sum: [
    cube((x) => tf.sum(x)),
    cube((x) => tf.sum(x, -1, true)),
    cube((x) => tf.sum(x, [0, 1])),
    whole((x) => tf.sum(x, 0), false),
    truth((x) => tf.sum(x, 1), false),
  ],
  Mean: [
    cube((x) => tf.mean(x)),
    cube((x) => tf.mean(x, [0, 2], true)),
    whole((x) => tf.mean(x, 0), false),
    cube((x) => tf.moments(x, -1, true).variance),
  ],
  Max: [cube((x) => tf.max(x)), cube((x) => tf.max(x, -1, true)), whole((x) => tf.max(x, 0), false)],
  Min: [cube((x) => tf.min(x)), cube((x) => tf.min(x, 1)), whole((x) => tf.min(x, 0), false)],
  Prod: [cube((x) => tf.prod(x, 1), false), whole((x) => tf.prod(x, 0), false)],
  All: [truth((x) => tf.all(x), false), truth((x) => tf.all(x, 1, true), false)],
  Any: [truth((x) => tf.any(x), false), truth((x) => tf.any(x, 0), false)],
  ArgMax: [cube((x) => tf.argMax(x, -1), false), whole((x) => tf.argMax(x, 0), false)],
  ArgMin: [cube((x) => tf.argMin(x, 1), false), whole((x) => tf.argMin(x), false)],
  Cumsum: [
    cube((x) => tf.cumsum(x, 1), false),
    cube((x) => tf.cumsum(x, 2)),
    cube((x) => tf.cumsum(x, 2, true, true)),
    whole((x) => tf.cumsum(x, 0), false),
  ],
  Softmax: [cube((x) => tf.softmax(x)), one((x) => tf.softmax(tf.mul(x, 20)))],
  LogSoftmax: [
    cube((x) => tf.logSoftmax(x)),
    // tfjs's own operation takes it apart, and its cpu backend lacks the kernel.
    cube(
      (x) =>
        tf.getBackend() === 'cpu' ? tf.logSoftmax(x) : tf.engine().runKernel('LogSoftmax', { logits: x }, { axis: -1 }),
      false,
    ),
  ],

  Identity: [one((x) => tf.clone(x)), whole((x) => tf.clone(x), false)],
  Cast: [
    one((x) => tf.cast(x, 'int32'), false),
    one((x) => tf.cast(x, 'bool'), false),
    whole((x) => tf.cast(x, 'float32'), false),
    whole((x) => tf.cast(tf.cast(x, 'bool'), 'float32'), false),
    truth((x) => tf.cast(tf.cast(x, 'int32'), 'float32'), false),
  ],
  Reshape: [cube((x) => tf.reshape(x, [-1, 6])), cube((x) => tf.squeeze(tf.reshape(x, [2, 1, 12])))],
  ExpandDims: [cube((x) => tf.expandDims(x, -1)), cube((x) => tf.expandDims(x, 1))],
  Transpose: [
    cube((x) => tf.transpose(x, [1, 2, 0])),
    cube((x) => tf.transpose(x)),
    cube((x) => tf.transpose(tf.transpose(x, [1, 2, 0]), [0, 2, 1])),
    truth((x) => tf.transpose(x), false),
  ],
  Slice: [cube((x) => tf.slice(x, [0, 1, 1], [2, 1, -1])), whole((x) => tf.slice(x, 1), false)],
  PadV2: [
    one((x) =>
      tf.pad(x, [
        [1, 0],
        [2, 1],
      ]),
    ),
    one((x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        -1.5,
      ),
    ),
    whole(
      (x) =>
        tf.pad(
          x,
          [
            [1, 0],
            [0, 1],
          ],
          3,
        ),
      false,
    ),
  ],
  MirrorPad: [
    one(
      (x) =>
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [3, 0],
          ],
          'reflect',
        ),
      false,
    ),
    one(
      (x) =>
        tf.mirrorPad(
          x,
          [
            [1, 3],
            [4, 0],
          ],
          'symmetric',
        ),
      false,
    ),
  ],
  Concat: [pair((a, b) => tf.concat([a, b, a], 1)), wholes((a, b) => tf.concat([a, tf.reshape(b, [1, 4])], 0), false)],
  Pack: [pair((a, b) => tf.stack([a, b], -1)), pair((a, b) => tf.stack([a, b]))],
  Unpack: [cube((x) => tf.unstack(x, 1))],
  SplitV: [cube((x) => tf.split(x, 2, -1)), cube((x) => tf.split(x, [1, 2], 1))],
  Tile: [
    one((x) => tf.tile(x, [2, 3])),
    on([{ shape: [1, 4] }])((x) => tf.tile(x, [5, 1])),
    truth((x) => tf.tile(x, [1, 2]), false),
  ],
  BroadcastTo: [
    on([{ shape: [3, 1] }])((x) => tf.broadcastTo(x, [2, 3, 4])),
    on([{ shape: [3, 1] }])((x) => tf.sum(tf.square(tf.broadcastTo(x, [2, 3, 4])), [0, 2])),
  ],
  Reverse: [cube((x) => tf.reverse(x, [0, -1])), whole((x) => tf.reverse(x), false)],
  GatherV2: [
    cube((x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1)),
    cube((x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 0],
            [0, 0],
          ],
          [2, 2],
          'int32',
        ),
      ),
    ),
  ],

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

  BatchMatMul: [
    matrices([3, 4], [4, 2])((a, b) => tf.matMul(a, b)),
    matrices([4, 3], [4, 2])((a, b) => tf.matMul(a, b, true, false)),
    matrices([3, 4], [2, 4])((a, b) => tf.matMul(a, b, false, true)),
    matrices([2, 4, 3], [2, 5, 4])((a, b) => tf.matMul(a, b, true, true)),
    matrices([2, 3, 5, 4], [2, 3, 4, 5])((a, b) => tf.matMul(a, b)),
    matrices([2, 3, 5, 4], [2, 3, 5, 4])((a, b) => tf.matMul(tf.transpose(a, [0, 1, 3, 2]), b)),
    matrices([2, 3, 4], [1, 4, 5])((a, b) => tf.matMul(a, b), false),
    matrices([2, 3, 4], [4, 5])((a, b) => tf.matMul(a, b), false),
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
