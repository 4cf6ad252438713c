import { type Calibration, wilson } from '../plot/index.js';
import type { Judged } from './judge.js';

/** As in the source. */
const BINS = 15;

const sumOf = (judged: readonly Judged[], value: (one: Judged) => number): number =>
  judged.reduce((sum, one) => sum + value(one), 0);

/** The images of each bin: the first is [0, 1/15], the others ]i/15, (i + 1)/15]. */
const binned = (judged: readonly Judged[]): readonly (readonly Judged[])[] =>
  Array.from({ length: BINS }, (_, bin) =>
    judged.filter(({ confidence }) => Math.max(0, Math.ceil(confidence * BINS) - 1) === bin),
  );

/**
 * The expected distance of confidence and accuracy of n images, times n, if each is right as often as its confidence says: the mean
 * absolute deviation of a normal distribution with the variance of the sum.
 */
const byChance = (images: readonly Judged[]): number =>
  Math.sqrt((2 / Math.PI) * sumOf(images, ({ confidence }) => confidence * (1 - confidence)));

/**
 * The calibration of predictions, in 15 bins of equal width.
 *
 * Source: Guo et al., "On calibration of modern neural networks", 2017.
 */
export const calibrationOf = (judged: readonly Judged[]): Calibration => {
  const bins = binned(judged);
  const count = Math.max(1, judged.length);
  return {
    bins: bins.flatMap((images, bin) => {
      const { length } = images;
      if (length === 0) return [];
      const confidence = sumOf(images, (one) => one.confidence) / length;
      const accuracy = wilson(
        sumOf(images, ({ top1 }) => top1),
        length,
      );
      return [{ from: bin / BINS, to: (bin + 1) / BINS, images: length, confidence, accuracy }];
    }),
    confidence: sumOf(judged, (one) => one.confidence) / count,
    error: bins.reduce((sum, images) => sum + Math.abs(sumOf(images, (one) => one.confidence - one.top1)), 0) / count,
    chance: bins.reduce((sum, images) => sum + byChance(images), 0) / count,
  };
};
