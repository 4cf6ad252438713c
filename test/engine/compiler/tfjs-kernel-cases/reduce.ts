import * as tf from '@tensorflow/tfjs-core';
import { cube, type KernelCases, one, truth, whole } from './case.js';

export const reduceCases: KernelCases = {
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
    // tfjs's operation does not use the kernel, and its cpu backend lacks it.
    cube(
      (x) =>
        tf.getBackend() === 'cpu' ? tf.logSoftmax(x) : tf.engine().runKernel('LogSoftmax', { logits: x }, { axis: -1 }),
      false,
    ),
  ],
  TopK: [
    cube((x) => tf.topk(x, 3).values),
    cube((x) => tf.topk(x, 2).indices, false),
    cube((x) => tf.topk(tf.round(x), 4).indices, false),
  ],
};
