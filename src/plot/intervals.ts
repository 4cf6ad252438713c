/**
 * 95 % confidence intervals of accuracies on a test set.
 *
 * @module
 */
import type { Interval } from './results.js';

/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

const nothing: Interval = { value: Number.NaN, low: Number.NaN, high: Number.NaN };

/**
 * Wilson's score interval of a proportion: `wilson(1660, 2000)` is 83 %, between 81.3 and 84.6 %.
 *
 * Successes may be fractions, where a tie counts what guessing gives on average. Without trials the interval is all of [0, 1]; successes
 * that are not between 0 and the trials have no interval: NaN.
 *
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 */
export const wilson = (successes: number, trials: number): Interval => {
  if (!(successes >= 0 && successes <= trials && Number.isFinite(trials))) return nothing;
  if (trials === 0) return { value: 0, low: 0, high: 1 };
  const value = successes / trials;
  const centre = (successes + Z ** 2 / 2) / (trials + Z ** 2);
  const half = (Z / (trials + Z ** 2)) * Math.sqrt(trials * value * (1 - value) + Z ** 2 / 4);
  // When all or none succeed, rounding may move an end past the estimate.
  return { value, low: Math.max(0, Math.min(value, centre - half)), high: Math.min(1, Math.max(value, centre + half)) };
};

/**
 * The difference in accuracy of two models on the same images, second minus first. Only images on which exactly one model
 * is correct carry information, so this interval is narrower than the intervals of the two models suggest. An image that a model gets
 * right in a fraction of guesses counts as the expected number of such images: first · (1 − second) and second · (1 − first).
 *
 * Without images the interval is all of [−1, 1]; lists of different lengths and values outside [0, 1] have none: NaN.
 *
 * Source: Agresti and Min, "Simple improved confidence intervals for comparing matched proportions", 2005 (half an image
 * added to each of the four cells).
 *
 * @param first how far the first model is correct, image by image: 1, 0, or a fraction where logits tie
 * @param second the same for the second model, in the same order
 */
export const pairedGain = (first: readonly number[], second: readonly number[]): Interval => {
  const count = first.length;
  if (second.length !== count || ![...first, ...second].every((right) => right >= 0 && right <= 1)) return nothing;
  if (count === 0) return { value: 0, low: -1, high: 1 };
  const onlyFirst = first.reduce((total, right, i) => total + right * (1 - (second[i] ?? 0)), 0);
  const onlySecond = first.reduce((total, right, i) => total + (1 - right) * (second[i] ?? 0), 0);
  const centre = (onlySecond - onlyFirst) / (count + 2);
  const variance = (onlyFirst + onlySecond + 1) / (count + 2) - centre ** 2;
  const half = Z * Math.sqrt(variance / (count + 2));
  return {
    value: (onlySecond - onlyFirst) / count,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
  };
};
