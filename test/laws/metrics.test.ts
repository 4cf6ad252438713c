/** The laws of every metric, and what accuracies have in common. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawOnHost } from '../../src/core/host-draws.js';
import { float32, int32 } from '../../src/core/host-tensor.js';
import { fold } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { arbitrary, metricLaws } from '../../src/laws/index.js';
import {
  addExamples,
  classification,
  mapMeasured,
  measure,
  noTotals,
  regression,
  type Summary,
  summarizeMetrics,
  type Totals,
} from '../../src/train/index.js';
import { bits } from '../core/harness.js';
import { engineTable } from '../support/engine-table.js';

/** A score; none so small that an engine may take it for zero, as TensorFlow does with subnormal numbers on some processors. */
const score = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.double({ min: -30, max: 30, noNaN: true }).map((value) => (Math.abs(value) < 1e-30 ? 0 : value)),
);

/** Scores with some ties, and the class of each image. */
const judgedIn = (classes: number): fc.Arbitrary<Images> =>
  fc.array(
    fc.record({
      scores: fc.array(score, { minLength: classes, maxLength: classes }),
      label: fc.nat(classes - 1),
    }),
    { minLength: 1, maxLength: 20 },
  );
const judged = fc
  .integer({ min: 2, max: 8 })
  .chain((classes) => fc.record({ classes: fc.constant(classes), images: judgedIn(classes) }));

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

const expectSame = (actual: Totals, wanted: Totals, classes: number): void => {
  const summaryOf = (totals: Totals): Summary<Names> => summarizeMetrics(objectiveOf(classes).metrics, totals);
  const { loss, ...accuracies } = summaryOf(actual);
  const { loss: wantedLoss, ...wantedAccuracies } = summaryOf(wanted);
  expect(actual.examples).toBe(wanted.examples);
  // Ties are fractions, which float32 adds with rounding.
  expect(Math.abs(accuracies.top1 - wantedAccuracies.top1)).toBeLessThan(1e-6);
  expect(Math.abs(accuracies.top5 - wantedAccuracies.top5)).toBeLessThan(1e-6);
  expect(Math.abs(loss - wantedLoss)).toBeLessThan(2e-6 * (1 + wantedLoss));
};

const engines = engineTable.map(([, make]) => make);
const CLASSES = 6;
const some = judgedIn(CLASSES);

const output = (images: Images) =>
  float32(
    [images.length, CLASSES],
    images.flatMap(({ scores }) => scores),
  );
const labels = (images: Images) =>
  int32(
    [images.length],
    images.map(({ label }) => label),
  );
const shares = (images: Images) =>
  float32(
    [images.length, CLASSES],
    images.flatMap(({ label }) => Array.from({ length: CLASSES }, (_, i) => (i === label ? 0.75 : 0.05))),
  );
const weights = ({ length }: Images) =>
  float32(
    [length],
    Array.from({ length }, (_, i) => 1 + i / 4),
  );
const targets = {
  labels,
  distributions: shares,
  'weighted labels': (images: Images) => ({ classes: labels(images), weights: weights(images) }),
};
const objectives = {
  'equal classes': orThrow(classification({ classes: CLASSES })),
  'weighted classes': orThrow(classification({ classes: CLASSES, classWeights: [1, 2, 3, 4, 5, 6] })),
};

for (const [kind, { metrics }] of Object.entries(objectives))
  for (const [what, target] of Object.entries(targets))
    for (const [name, metric] of Object.entries(metrics))
      describe(`${name} of ${kind} and ${what}`, () => {
        const examples = some.map((images) => ({ output: output(images), target: target(images) }));
        for (const law of metricLaws({ metric, examples }, { engines })) test(law.name, () => law.check());
      });

describe('the error of regression', () => {
  const { metrics } = regression<['batch', 'row', 'column']>([2, 3]);
  const images = fc.tuple(arbitrary.key(), fc.integer({ min: 1, max: 5 })).map(([key, batch]) => ({
    output: drawOnHost(fold(key, 'output'), { kind: 'normal' }, [batch, 2, 3]),
    target: drawOnHost(fold(key, 'target'), { kind: 'normal' }, [batch, 2, 3]),
  }));
  for (const law of metricLaws({ metric: metrics.loss, examples: images }, { engines }))
    test(law.name, () => law.check());
});

test('sums over images on the host equal the sums of the step', () => {
  fc.assert(
    fc.property(judged, ({ classes, images }) => {
      const { logits, labels } = tensors(images, classes);
      const measured = mapMeasured(measure(objectiveOf(classes).metrics, logits, labels), bits);
      expectSame(addExamples(noTotals, measured), summed(images, classes), classes);
      // Whoever is best is among the best five.
      const five = measured.top5.total!;
      for (const [i, best] of measured.top1.total!.entries()) expect(best).toBeLessThanOrEqual(five[i]!);
    }),
    { numRuns: 25 },
  );
});
