import { softmaxOf } from './scorer.js';

/** What a model says of a labelled image, and how good that is. */
export interface Judged {
  /** The class of the image. */
  readonly label: number;
  /** The most probable class, the first of equal ones. */
  readonly predicted: number;
  /** The probability of the predicted class. */
  readonly confidence: number;
  /** The probability of the class of the image. */
  readonly probability: number;
  /** Cross-entropy in nats. */
  readonly loss: number;
  /** How far the class is the most probable one: 1, 0, or a fraction where logits are equal, as in training. */
  readonly top1: number;
  /** How far it is among the five most probable ones. */
  readonly top5: number;
}

/** What guessing among equal logits gives on average: how far the label is among the k highest. */
const inTop = (k: number, logits: readonly number[], own: number): number => {
  const above = logits.filter((logit) => logit > own).length;
  const equal = logits.filter((logit) => logit === own).length;
  return Math.min(1, Math.max(0, (k - above) / equal));
};

/** Judges finite logits for an image of a class. */
export const judge = (logits: readonly number[], label: number): Judged => {
  const probabilities = softmaxOf(logits);
  const most = Math.max(...logits);
  const own = logits[label] ?? Number.NaN;
  const predicted = logits.indexOf(most);
  return {
    label,
    predicted,
    confidence: probabilities[predicted] ?? Number.NaN,
    probability: probabilities[label] ?? Number.NaN,
    // From the logits: the logarithm of a probability that is too small for a number would be infinite.
    loss: Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most - own,
    top1: inTop(1, logits, own),
    top5: inTop(5, logits, own),
  };
};
