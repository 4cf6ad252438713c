/** Metrics of any images in any split: the sums of the parts are the sums of the whole. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { judge, measure, type Sums, sumsMonoid, total } from '../../src/train/index.js';
import { bits } from '../core/harness.js';

/** Scores, some of them ties, the class of each image, and where the images are cut into batches. */
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
const measured = (images: Images, classes: number): Sums<number> => {
  const { logits, labels } = tensors(images, classes);
  const sums = measure(logits, labels);
  const [count, loss, top1, top5] = [sums.images, sums.loss, sums.top1, sums.top5].map((each) => bits(each)[0]!);
  return { images: count!, loss: loss!, top1: top1!, top5: top5! };
};

const expectEqual = (actual: Sums<number>, wanted: Sums<number>): void => {
  const { loss, ...counts } = actual;
  const { loss: wantedLoss, ...wantedCounts } = wanted;
  expect(counts).toEqual(wantedCounts);
  expect(Math.abs(loss - wantedLoss)).toBeLessThan(2e-6 * (1 + wantedLoss));
};

test('the sums of any split add up to the sums of the whole, in any order', () => {
  fc.assert(
    fc.property(judged, ({ classes, images, cuts }) => {
      const borders = [...new Set([0, ...cuts.filter((cut) => cut < images.length), images.length])].sort(
        (a, b) => a - b,
      );
      const parts = borders.slice(1).map((to, i) => images.slice(borders[i]!, to));
      const whole = measured(images, classes);
      const sums = parts.map((part) => measured(part, classes));
      expect(whole.images).toBe(images.length);
      expectEqual(sums.reduce(sumsMonoid.concat, sumsMonoid.empty), whole);
      expectEqual(sums.reduceRight(sumsMonoid.concat, sumsMonoid.empty), whole);
    }),
    { numRuns: 40 },
  );
});

test('summed on the host, image by image, they are what the step sums', () => {
  fc.assert(
    fc.property(judged, ({ classes, images }) => {
      const { logits, labels } = tensors(images, classes);
      const { loss, top1, top5 } = judge(logits, labels);
      const read = (tensor: tf.Tensor): HostTensor['data'] => tensor.dataSync() as HostTensor['data'];
      expectEqual(total({ loss: read(loss), top1: read(top1), top5: read(top5) }), measured(images, classes));
      // Whoever is best is among the best five.
      const five = bits(top5);
      for (const [i, best] of bits(top1).entries()) expect(best).toBeLessThanOrEqual(five[i]!);
    }),
    { numRuns: 25 },
  );
});
