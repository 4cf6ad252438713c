import { add, type Tensor as CoreTensor, cast, logSoftmax, mul, neg, oneHot, sum } from '@tensorflow/tfjs-core';
import type { Logits, Tensor } from '../core/axes.js';

/**
 * The cross-entropy of each image from logits, in nats: `[batch, class], [batch] → [batch]`.
 *
 * `smoothing` ε spreads that part of the target evenly over the classes (Szegedy et al. 2016): (1−ε) · onehot + ε / classes.
 */
export const crossEntropy = (logits: Tensor<Logits>, labels: Tensor<['batch']>, smoothing = 0): Tensor<['batch']> => {
  const classes = logits.shape[1]!;
  const hard = cast(oneHot(labels as CoreTensor, classes), 'float32');
  const target = smoothing === 0 ? hard : add(mul(hard, 1 - smoothing), smoothing / classes);
  return neg(sum(mul(target, logSoftmax(logits)), -1));
};
