/** Metrics of any images in any split into batches: the sums of the parts add up to those of the whole. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import {
  addExamples,
  classification,
  mapMeasured,
  measure,
  noTotals,
  type Summary,
  summarizeMetrics,
  type Totals,
  totalsMonoid,
} from '../../src/train/index.js';
import { bits } from '../core/harness.js';

/** Scores with some ties, the class of each image, and the split into batches. */
const judged = fc.integer({ min: 2, max: 8 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    images: fc.array(
      fc.record({
        scores: fc.array(fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -30, max: 30, noNaN: true })), {
          minLength: classes,
          maxLength: classes,
        }),
        label: fc.nat(classes - 1),
      }),
      { minLength: 1, maxLength: 20 },
    ),
    cuts: fc.array(fc.nat(20), { maxLength: 5 }),
  }),
);

type Images = readonly { readonly scores: readonly number[]; readonly label: number }[];

const tensors = (images: Images, classes: number) => ({
  logits: tf.tensor2d(
    images.flatMap(({ scores }) => scores),
    [images.length, classes],
  ),
  labels: tf.tensor1d(
    images.map(({ label }) => label),
    'int32',
  ),
});

const objectiveOf = (classes: number) => orThrow(classification({ classes }));
type Names = 'loss' | 'top1' | 'top5';

/** The metrics of a training step: statistics summed on the engine. */
const summed = (images: Images, classes: number): Totals => {
  const { logits, labels } = tensors(images, classes);
  const sums = mapMeasured(measure(objectiveOf(classes).metrics, logits, labels), (values) => bits(tf.sum(values))[0]!);
  return { examples: images.length, sums };
};

const expectEqual = (actual: Totals, expected: Totals, classes: number): void => {
  const summaryOf = (totals: Totals): Summary<Names> => summarizeMetrics(objectiveOf(classes).metrics, totals);
  const { loss, ...accuracies } = summaryOf(actual);
  const { loss: expectedLoss, ...expectedAccuracies } = summaryOf(expected);
  expect(actual.examples).toBe(expected.examples);
  expect(accuracies).toEqual(expectedAccuracies);
  expect(Math.abs(loss - expectedLoss)).toBeLessThan(2e-6 * (1 + expectedLoss));
};

test('the sums of any split add up to the sums of the whole, in any order', () => {
  fc.assert(
    fc.property(judged, ({ classes, images, cuts }) => {
      const borders = [...new Set([0, ...cuts.filter((cut) => cut < images.length), images.length])].sort(
        (a, b) => a - b,
      );
      const parts = borders.slice(1).map((to, i) => images.slice(borders[i]!, to));
      const whole = summed(images, classes);
      const sums = parts.map((part) => summed(part, classes));
      expectEqual(sums.reduce(totalsMonoid.concat, noTotals), whole, classes);
      expectEqual(sums.reduceRight(totalsMonoid.concat, noTotals), whole, classes);
    }),
    { numRuns: 40 },
  );
});

test('sums over images on the host equal the sums of the step', () => {
  fc.assert(
    fc.property(judged, ({ classes, images }) => {
      const { logits, labels } = tensors(images, classes);
      const measured = mapMeasured(measure(objectiveOf(classes).metrics, logits, labels), bits);
      expectEqual(addExamples(noTotals, measured), summed(images, classes), classes);
      // A top-1 hit is also a top-5 hit.
      const five = measured.top5.total!;
      for (const [i, best] of measured.top1.total!.entries()) expect(best).toBeLessThanOrEqual(five[i]!);
    }),
    { numRuns: 25 },
  );
});
