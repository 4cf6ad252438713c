import {
  add,
  argMax,
  type Tensor as CoreTensor,
  cast,
  expandDims,
  greater,
  lessEqual,
  mul,
  oneHot,
  sum,
} from '@tensorflow/tfjs-core';
import type { Logits, Tensor } from '../../core/axes.js';
import { type ClassTarget, whereValid } from './cross-entropy.js';

/**
 * Whether the class of each image is among the k largest logits, 1 or 0: `[batch, class]` and a target to `[batch]`. The class of a
 * distribution is its most probable one.
 *
 * Ties count as hits, as in TensorFlow's `in_top_k`, which Keras's top-k accuracy uses: fewer than k classes have a larger logit. An
 * image with a logit that is not finite or with a label that is not a class is never a hit.
 */
export const inTopK = (logits: Tensor<Logits>, target: ClassTarget, k: number): Tensor<['batch']> => {
  const classes = logits.shape.at(-1) ?? 0;
  const labels = target.rank === 2 ? argMax(target as CoreTensor, -1) : target;
  const own = whereValid(target, classes, sum(mul(logits, cast(oneHot(labels as CoreTensor, classes), 'float32')), -1));
  // Any logit that is not finite makes this NaN, and no comparison with NaN holds.
  const finite = expandDims(add(own, mul(own, 0)), -1);
  const notAbove = sum(cast(lessEqual(logits as CoreTensor, finite), 'float32'), -1);
  return cast(greater(notAbove, Math.max(0, classes - k)), 'float32');
};
