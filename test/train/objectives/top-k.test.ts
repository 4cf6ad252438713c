import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inTopK } from '../../../src/train/index.js';
import { bits, forAll } from '../../core/harness.js';
import { inTopKOf, oneHotOf } from '../../support/classification-reference.js';

const classes = 7;

describe('inTopK', () => {
  const score = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );

  test('counts ties as hits and NaN as a miss; labels and one-hot distributions give the same', () => {
    forAll(
      [fc.array(score, { minLength: 2, maxLength: 9 }), fc.nat(8), fc.integer({ min: 1, max: 10 })],
      (row, at, k) => {
        const label = at % row.length;
        const expected = [inTopKOf(row, label, k)];
        const oneHot = tf.tensor2d([[...oneHotOf(label, row.length)]]);
        expect(bits(inTopK(tf.tensor2d([row]), tf.tensor1d([label], 'int32'), k))).toEqual(expected);
        expect(bits(inTopK(tf.tensor2d([row]), oneHot, k))).toEqual(expected);
      },
      300,
    );
  });

  test('takes the most probable class of a distribution', () => {
    const logits = tf.tensor2d([[1, 3, 2]]);
    expect(bits(inTopK(logits, tf.tensor2d([[0.3, 0.4, 0.3]]), 1))).toEqual([1]);
    expect(bits(inTopK(logits, tf.tensor2d([[0.2, 0.3, 0.5]]), 1))).toEqual([0]);
    expect(bits(inTopK(logits, tf.tensor2d([[0.2, 0.3, 0.5]]), 2))).toEqual([1]);
  });

  test('is never a hit if a score is infinite, as in TensorFlow', () => {
    const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of [
      [up, 0, 1],
      [0, up, 1],
      [0, down, -1],
      [down, 0, 1],
    ])
      expect(bits(inTopK(tf.tensor2d([row]), tf.tensor1d([0], 'int32'), 3)), String(row)).toEqual([0]);
  });

  test('equal scores are all hits; a row of NaN has none', () => {
    const two = tf.tensor1d([6, 0], 'int32');
    expect(bits(inTopK(tf.zeros([2, classes]), two, 1))).toEqual([1, 1]);
    expect(bits(inTopK(tf.fill([2, classes], Number.NaN), two, 5))).toEqual([0, 0]);
    expect(bits(inTopK(tf.fill([2, 3], Number.NaN), tf.tensor1d([2, 0], 'int32'), 5))).toEqual([0, 0]);
  });
});
