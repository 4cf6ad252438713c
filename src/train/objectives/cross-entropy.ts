import {
  add,
  type Tensor as CoreTensor,
  cast,
  fill,
  greaterEqual,
  less,
  logicalAnd,
  logSoftmax,
  mul,
  neg,
  oneHot,
  sum,
  tensor1d,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Logits, Tensor } from '../../core/axes.js';
import { properFraction } from '../../core/config.js';
import { evaluation } from '../../core/context.js';
import { requireOption, requireThat } from '../../core/require.js';

/** The class of each image, int32 `[batch]`, or a distribution over the classes for each image, float32 `[batch, class]`. */
export type ClassTarget = Tensor<['batch']> | Tensor<['batch', 'class']>;

export interface CrossEntropyOptions {
  /**
   * The share ε of the target that is spread evenly over the classes: (1 − ε) · target + ε / classes (Szegedy et al. 2016).
   * 0 by default.
   */
  readonly labelSmoothing?: number;
  /** A weight for each class; each image counts by the weight of its target. 1 by default. */
  readonly classWeights?: readonly number[];
}

const isDistribution = (target: ClassTarget): boolean => target.rank === 2;

/** Refuses logits and a target of different images or classes: tfjs would repeat one of them. `user` is what they are for. */
export const requireTarget = (user: string, logits: Tensor<Logits>, target: ClassTarget): void => {
  const context = { ...evaluation, path: [user] };
  const sizes: readonly number[] = logits.shape;
  requireThat(context, sizes.length === 2, 'logits [batch, class]', `[${sizes.join(', ')}]`);
  const expected = sizes.slice(0, isDistribution(target) ? 2 : 1).join(', ');
  const given = target.shape.join(', ');
  requireThat(context, given === expected, `a target [${expected}] for logits [${sizes.join(', ')}]`, `[${given}]`);
};

/** The target as a distribution, float32 `[batch, class]`. */
export const distributionOf = (target: ClassTarget, classes: number): CoreTensor =>
  isDistribution(target) ? target : cast(oneHot(target as CoreTensor, classes), 'float32');

/** NaN for an image whose label is not a class, so that a wrong label never counts as a perfect prediction. */
export const whereValid = (target: ClassTarget, classes: number, values: CoreTensor): CoreTensor => {
  if (isDistribution(target)) return values;
  const valid = logicalAnd(greaterEqual(target as CoreTensor, 0), less(target as CoreTensor, classes));
  return where(valid, values, fill(values.shape, Number.NaN));
};

/**
 * The cross-entropy of each image from logits, in nats: `[batch, class]` and a target to `[batch]`. A class whose target is 0
 * contributes 0, also where its logit is −∞. A label that is not a class gives NaN. `labelSmoothing` is in [0, 1). A target of another
 * shape is refused (`wrong-shape`).
 *
 * Source: Keras's `CategoricalCrossentropy(from_logits=True)` and PyTorch's `CrossEntropyLoss`, without their reductions.
 *
 * @example
 * const loss = tf.mean(crossEntropy(logits, labels, { labelSmoothing: 0.1 }));
 */
export const crossEntropy = (
  logits: Tensor<Logits>,
  target: ClassTarget,
  { labelSmoothing = 0, classWeights }: CrossEntropyOptions = {},
): Tensor<['batch']> => {
  requireTarget('cross-entropy', logits, target);
  requireOption('labelSmoothing', properFraction, labelSmoothing);
  const classes = logits.shape.at(-1) ?? 0;
  const hard = distributionOf(target, classes);
  const smooth = labelSmoothing === 0 ? hard : add(mul(hard, 1 - labelSmoothing), labelSmoothing / classes);
  const weighted = classWeights === undefined ? smooth : mul(smooth, tensor1d([...classWeights]));
  const logProbabilities = logSoftmax(logits as CoreTensor);
  // 0 · −∞ would be NaN. With label smoothing no target is 0.
  const products =
    labelSmoothing === 0
      ? where(cast(weighted, 'bool'), mul(weighted, logProbabilities), zerosLike(logProbabilities))
      : mul(weighted, logProbabilities);
  return whereValid(target, classes, neg(sum(products, -1)));
};

/** The weight of each image, `[batch]`: the sum of its target's class weights. */
export const imageWeights = (target: ClassTarget, classWeights: readonly number[]): Tensor<['batch']> =>
  sum(mul(distributionOf(target, classWeights.length), tensor1d([...classWeights])), -1);
