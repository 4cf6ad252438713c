import {
  add,
  argMax,
  type Tensor as CoreTensor,
  cast,
  div,
  equal,
  expandDims,
  greater,
  lessEqual,
  maximum,
  minimum,
  mul,
  sub,
  sum,
  tensor1d,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Logits, Tensor } from '../../core/axes.js';
import { type ClassTarget, requireTarget, whereValid } from './cross-entropy.js';

/**
 * Whether the class of each image is among the k largest logits: `[batch, class]` and a target to `[batch]`. The class of a
 * distribution is its most probable one.
 *
 * 1 or 0 where the logit of the class differs from all others. Equal logits give what guessing among them gives on average: with
 * `above` logits that are larger and `tied` that are equal, its own included, the value is clamp(k − above, 0, tied) / tied. Ten equal
 * logits have a top-1 of 0.1.
 *
 * ±∞ are compared as numbers: a class at −∞ is never above, and the class of the image may be at +∞ (its cross-entropy is then NaN). An
 * image with a logit that is NaN or with a label that is not a class is 0. With k classes or fewer every other image is 1.
 *
 * Differs from TensorFlow's `in_top_k`, and so from Keras's top-k accuracy: there all tied logits are hits, and an image whose logit, or
 * one of whose larger logits, is infinite is none.
 */
export const inTopK = (logits: Tensor<Logits>, target: ClassTarget, k: number): Tensor<['batch']> => {
  requireTarget('top-k', logits, target);
  const all: CoreTensor = logits;
  const classes = logits.shape.at(-1) ?? 0;
  const labels = target.rank === 2 ? argMax(target as CoreTensor, -1) : target;
  // Selected, not multiplied: 0 · −∞ would be NaN.
  const isOwn = equal(expandDims(labels as CoreTensor, -1), tensor1d([...Array(classes).keys()], 'int32'));
  const selected = where(isOwn, all, zerosLike(all));
  const own = expandDims(whereValid(target, classes, sum(selected, -1)), -1);
  const count = (holds: CoreTensor): CoreTensor => sum(cast(holds, 'float32'), -1);
  const [above, tied, notAbove] = [count(greater(all, own)), count(equal(all, own)), count(lessEqual(all, own))];
  const hits = div(minimum(maximum(sub(k, above), 0), tied), maximum(tied, 1));
  // No comparison with NaN holds.
  const isOrdered = cast(equal(add(above, notAbove), classes), 'float32');
  return mul(hits, isOrdered);
};
