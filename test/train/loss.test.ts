import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { crossEntropy, figures, inTopK, judge, measure, type Sums, sumsMonoid, total } from '../../src/train/index.js';
import { bits, expectClose, forAll, noise } from '../core/harness.js';

const [images, classes] = [12, 7];
const scores = Array.from({ length: images }, (_, i) =>
  Array.from(noise(31, [images, classes]).data.slice(i * classes, (i + 1) * classes), (value) => 3 * value),
);
const classOf = scores.map((_, i) => (i * 5) % classes);
const logits = tf.tensor2d(scores);
const labels = tf.tensor1d(classOf, 'int32');

/** −Σ target · log softmax, from the definition. */
const entropy = (row: readonly number[], label: number, smoothing: number): number => {
  const normalizer = row.reduce((sum, score) => sum + Math.exp(score), 0);
  return -row.reduce((sum, score, i) => {
    const target = (i === label ? 1 - smoothing : 0) + smoothing / row.length;
    return sum + target * Math.log(Math.exp(score) / normalizer);
  }, 0);
};

describe('crossEntropy', () => {
  test.each([0, 0.1, 0.5])('is that of each image, in nats, at smoothing %d', (smoothing) => {
    const wanted = scores.map((row, i) => entropy(row, classOf[i]!, smoothing));
    expectClose(bits(crossEntropy(logits, labels, smoothing)), wanted);
  });

  test('is not smoothed unless told so; evenly unsure is ln(classes)', () => {
    expect(bits(crossEntropy(logits, labels))).toEqual(bits(crossEntropy(logits, labels, 0)));
    expectClose(bits(crossEntropy(tf.zeros([1, classes]), tf.tensor1d([3], 'int32'))), [Math.log(classes)]);
  });

  test('stays finite far from even', () => {
    const far = tf.tensor2d([[1000, -1000, 0]]);
    expect(bits(crossEntropy(far, tf.tensor1d([1], 'int32')))).toEqual([2000]);
    expect(bits(crossEntropy(far, tf.tensor1d([0], 'int32')))[0]).toBeCloseTo(0, 6);
  });

  test('has the gradient softmax − target', () => {
    const { gradients } = valueAndGrad((p: { x: tf.Tensor }) => ({
      loss: tf.sum(crossEntropy(p.x, labels, 0.2)),
      aux: {},
    }))({ x: logits });
    const wanted = scores.flatMap((row, i) => {
      const normalizer = row.reduce((sum, score) => sum + Math.exp(score), 0);
      return row.map((score, j) => Math.exp(score) / normalizer - (j === classOf[i] ? 0.8 : 0) - 0.2 / classes);
    });
    expectClose(bits(gradients.x), wanted);
  });
});

/** TensorFlow's in_top_k: fewer than k classes score higher, and all scores are finite, or there is no saying. */
const inTop = (row: readonly number[], label: number, k: number): number =>
  row.every(Number.isFinite) && row.filter((score) => score > row[label]!).length < k ? 1 : 0;

describe('inTopK', () => {
  const score = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );

  test('counts ties in, and nothing that is no number', () => {
    forAll(
      [fc.array(score, { minLength: 2, maxLength: 9 }), fc.nat(8), fc.integer({ min: 1, max: 10 })],
      (row, at, k) => {
        const label = at % row.length;
        const answer = bits(inTopK(tf.tensor2d([row]), tf.tensor1d([label], 'int32'), k));
        expect(answer).toEqual([inTop(row, label, k)]);
      },
      300,
    );
  });

  test('says nothing where a score is infinite, as TensorFlow', () => {
    const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of [
      [up, 0, 1],
      [0, up, 1],
      [0, down, -1],
      [down, 0, 1],
    ])
      expect(bits(inTopK(tf.tensor2d([row]), tf.tensor1d([0], 'int32'), 3)), String(row)).toEqual([0]);
  });

  test('all scores alike are all among the best; a row of NaN has none', () => {
    const two = tf.tensor1d([6, 0], 'int32');
    expect(bits(inTopK(tf.zeros([2, classes]), two, 1))).toEqual([1, 1]);
    expect(bits(inTopK(tf.fill([2, classes], Number.NaN), two, 5))).toEqual([0, 0]);
    expect(bits(inTopK(tf.fill([2, 3], Number.NaN), tf.tensor1d([2, 0], 'int32'), 5))).toEqual([0, 0]);
  });
});

const sums = (from: number, to: number): Sums<number> => {
  const read = measure(logits.slice([from, 0], [to - from, classes]), labels.slice([from], [to - from]));
  const number = (tensor: tf.Tensor): number => bits(tensor)[0]!;
  return { images: number(read.images), loss: number(read.loss), top1: number(read.top1), top5: number(read.top5) };
};

describe('metrics', () => {
  const whole = scores.map((row, i) => [
    entropy(row, classOf[i]!, 0),
    inTop(row, classOf[i]!, 1),
    inTop(row, classOf[i]!, 5),
  ]);
  const sum = (column: number): number => whole.reduce((all, row) => all + row[column]!, 0);

  test('a batch gives its number of images and its sums', () => {
    const { images: count, loss, top1, top5 } = sums(0, images);
    expect({ count, top1, top5 }).toEqual({ count: images, top1: sum(1), top5: sum(2) });
    expectClose([loss], [sum(0)]);
    // Neither none nor all, so that a constant would not do.
    expect(top1).toBeGreaterThan(0);
    expect(top5).toBeLessThan(images);
  });

  test('image by image', () => {
    const judged = judge(logits, labels);
    expectClose(
      bits(judged.loss),
      whole.map((row) => row[0]!),
    );
    expect(bits(judged.top1)).toEqual(whole.map((row) => row[1]));
    expect(bits(judged.top5)).toEqual(whole.map((row) => row[2]));
    const added = total({ loss: bits(judged.loss), top1: bits(judged.top1), top5: bits(judged.top5) });
    expect(added).toMatchObject({ images, top1: sum(1), top5: sum(2) });
    expectClose([added.loss], [sum(0)]);
  });

  const someSums = fc.record({ images: fc.nat(), loss: fc.nat(), top1: fc.nat(), top5: fc.nat() });

  test('are a monoid', () => {
    forAll([someSums, someSums, someSums], (a, b, c) => {
      const { concat, empty } = sumsMonoid;
      expect(concat(a, concat(b, c))).toEqual(concat(concat(a, b), c));
      expect(concat(a, empty)).toEqual(a);
      expect(concat(empty, a)).toEqual(a);
    });
  });

  test('any split into batches gives the same figures', () => {
    forAll(
      [fc.uniqueArray(fc.integer({ min: 1, max: images - 1 }), { maxLength: 4 })],
      (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), images];
        const parts = borders.slice(1).map((to, i) => sums(borders[i]!, to));
        const split = figures(parts.reduce(sumsMonoid.concat, sumsMonoid.empty));
        expect(split.loss).toBeCloseTo(sum(0) / images, 5);
        expect([split.top1, split.top5]).toEqual([sum(1) / images, sum(2) / images]);
      },
      20,
    );
  });
});
