/**
 * Metrics are sums and counts, so that batches, shards and devices combine exactly: they form a monoid, and evaluating in
 * any batch split gives the same figures.
 *
 * @module
 */
import {
  add,
  type Tensor as CoreTensor,
  cast,
  greater,
  lessEqual,
  mul,
  oneHot,
  scalar,
  sum,
} from '@tensorflow/tfjs-core';
import * as M from 'fp-ts/lib/Monoid.js';
import { MonoidSum } from 'fp-ts/lib/number.js';
import type { Logits, Tensor } from '../core/axes.js';
import { crossEntropy } from './loss.js';

/** Of `T` over some images: their number, their summed cross-entropy, and how many had their class among the best 1 and 5. */
export interface Sums<T> {
  readonly images: T;
  readonly loss: T;
  readonly top1: T;
  readonly top5: T;
}

/** Sums of numbers, with the empty set of images as unit. */
export const sumsMonoid: M.Monoid<Sums<number>> = M.struct({
  images: MonoidSum,
  loss: MonoidSum,
  top1: MonoidSum,
  top5: MonoidSum,
});

/** What people read: the mean loss and the accuracies, as fractions. */
export interface Figures {
  readonly loss: number;
  readonly top1: number;
  readonly top5: number;
}

export const figures = (sums: Sums<number>): Figures => ({
  loss: sums.loss / sums.images,
  top1: sums.top1 / sums.images,
  top5: sums.top5 / sums.images,
});

/**
 * Whether each label is among the k largest logits, ties counted in, as TensorFlow's `in_top_k` (Keras's top-k accuracy)
 * does: fewer than k classes score higher. An image with a logit that is not finite is never right. `[batch, class], [batch] → [batch]`, 0 or 1.
 */
export const inTopK = (logits: Tensor<Logits>, labels: Tensor<['batch']>, k: number): Tensor<['batch']> => {
  const classes = logits.shape[1]!;
  const own = sum(mul(logits, cast(oneHot(labels as CoreTensor, classes), 'float32')), -1, true);
  // Any logit that is not finite makes this one not finite, and then NaN: nothing compares with NaN.
  const finite = add(own, mul(own, 0));
  const notAbove = sum(cast(lessEqual(logits as CoreTensor, finite), 'float32'), -1);
  return cast(greater(notAbove, Math.max(0, classes - k)), 'float32');
};

/** Of each image its cross-entropy in nats and whether its class was among the best 1 and 5 (1 or 0): `[batch]` each. */
export interface Judged<T> {
  readonly loss: T;
  readonly top1: T;
  readonly top5: T;
}

/** Judges logits image by image. */
export const judge = (logits: Tensor<Logits>, labels: Tensor<['batch']>): Judged<Tensor<['batch']>> => ({
  loss: crossEntropy(logits, labels),
  top1: inTopK(logits, labels, 1),
  top5: inTopK(logits, labels, 5),
});

/** The sums over one batch, as scalar tensors: what a training step answers. */
export const measure = (logits: Tensor<Logits>, labels: Tensor<['batch']>): Sums<CoreTensor> => {
  const { loss, top1, top5 } = judge(logits, labels);
  return { images: scalar(logits.shape[0]!), loss: sum(loss), top1: sum(top1), top5: sum(top5) };
};

/** The sums over judged images, in double precision. */
export const total = (judged: Judged<ArrayLike<number>>): Sums<number> => {
  const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum_, value) => sum_ + value, 0);
  return {
    images: judged.loss.length,
    loss: sumOf(judged.loss),
    top1: sumOf(judged.top1),
    top5: sumOf(judged.top5),
  };
};
