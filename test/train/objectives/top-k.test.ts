import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float32, int32 } from '../../../src/core/host-tensor.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { inTopK } from '../../../src/train/index.js';
import { bits, forAll } from '../../core/harness.js';
import { inTopKOf, oneHotOf } from '../../support/classification-reference.js';
import { engineTable } from '../../support/engine-table.js';

const classes = 7;

describe('inTopK', () => {
  const score = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) },
  );

  test('is the definition in double precision; labels and one-hot distributions give the same', () => {
    forAll(
      [fc.array(score, { minLength: 2, maxLength: 9 }), fc.nat(8), fc.integer({ min: 1, max: 10 })],
      (row, at, k) => {
        const label = at % row.length;
        const wanted = [Math.fround(inTopKOf(row, label, k))];
        const oneHot = tf.tensor2d([[...oneHotOf(label, row.length)]]);
        expect(bits(inTopK(tf.tensor2d([row]), tf.tensor1d([label], 'int32'), k))).toEqual(wanted);
        expect(bits(inTopK(tf.tensor2d([row]), oneHot, k))).toEqual(wanted);
      },
      500,
    );
  });

  test('is what breaking ties by chance gives on average', () => {
    // The logits are made different by every order of the classes in turn.
    const orders = [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].flatMap((c) => [0, 1, 2, 3].map((d) => [a, b, c, d]))),
    );
    const permutations = orders.filter((order) => new Set(order).size === 4);
    expect(permutations).toHaveLength(24);
    forAll(
      [
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 5 }),
      ],
      (row, label, k) => {
        const apart = permutations.map((order) => row.map((value, i) => value + order[i]! / 100));
        const hits = bits(inTopK(tf.tensor2d(apart), tf.fill([24], label, 'int32'), k));
        expect(new Set([...hits, 0, 1]).size).toBe(2);
        const [value] = bits(inTopK(tf.tensor2d([row]), tf.tensor1d([label], 'int32'), k));
        expect(value).toBeCloseTo(hits.reduce((a, b) => a + b) / 24, 6);
      },
    );
  });

  test('takes the most probable class of a distribution', () => {
    const logits = tf.tensor2d([[1, 3, 2]]);
    expect(bits(inTopK(logits, tf.tensor2d([[0.3, 0.4, 0.3]]), 1))).toEqual([1]);
    expect(bits(inTopK(logits, tf.tensor2d([[0.2, 0.3, 0.5]]), 1))).toEqual([0]);
    expect(bits(inTopK(logits, tf.tensor2d([[0.2, 0.3, 0.5]]), 2))).toEqual([1]);
  });

  test('compares infinities as numbers', () => {
    const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [row, k, wanted] of [
      [[0, down, -1], 1, 1],
      [[down, 0, 1], 1, 0],
      [[down, 0, 1], 3, 1],
      [[down, down, 1], 2, 0.5],
      [[up, 0, 1], 1, 1],
      [[up, up, 1], 1, 0.5],
      [[0, up, 1], 1, 0],
      [[0, up, -1], 2, 1],
      [[1, Number.NaN, 0], 1, 0],
      [[up, Number.NaN, 0], 3, 0],
      [[Number.NaN, 1, 0], 3, 0],
    ] as const)
      expect(bits(inTopK(tf.tensor2d([[...row]]), tf.tensor1d([0], 'int32'), k)), `${row}`).toEqual([wanted]);
  });

  test('equal logits are worth what guessing is worth; a row of NaN is never a hit', () => {
    const two = tf.tensor1d([6, 0], 'int32');
    expect(bits(inTopK(tf.zeros([2, classes]), two, 1))).toEqual([1 / 7, 1 / 7].map(Math.fround));
    expect(bits(inTopK(tf.zeros([2, 10]), two, 1))).toEqual([0.1, 0.1].map(Math.fround));
    expect(bits(inTopK(tf.zeros([2, 10]), two, 5))).toEqual([0.5, 0.5]);
    expect(bits(inTopK(tf.fill([2, classes], Number.NaN), two, 5))).toEqual([0, 0]);
    expect(bits(inTopK(tf.fill([2, 3], Number.NaN), tf.tensor1d([2, 0], 'int32'), 5))).toEqual([0, 0]);
  });

  test('a label that is not a class is never a hit, top 5 of three classes always is, and no images have no values', () => {
    expect(bits(inTopK(tf.zeros([3, 3]), tf.tensor1d([-1, 3, 0], 'int32'), 5))).toEqual([0, 0, 1]);
    expect(bits(inTopK(tf.tensor2d([[3, 2, 1]]), tf.tensor1d([2], 'int32'), 5))).toEqual([1]);
    expect(bits(inTopK(tf.zeros([2, 1]), tf.tensor1d([0, 0], 'int32'), 1))).toEqual([1, 1]);
    expect(bits(inTopK(tf.zeros([0, 3]), tf.tensor1d([], 'int32'), 1))).toEqual([]);
  });

  describe.each(engineTable)('on %s', (_, make) => {
    test('ties, infinities, NaN and batches of any size give the same values', async () => {
      const engine = await orThrow(make);
      const measure = engine.compile(
        ({ logits, labels }: { readonly logits: tf.Tensor2D; readonly labels: tf.Tensor1D }) =>
          inTopK(logits, labels, 2),
      );
      const rows = [
        [0, 0, 0, 0],
        [1, 2, 2, 2],
        [Number.NEGATIVE_INFINITY, 1, 2, 3],
        [0, 1, Number.NEGATIVE_INFINITY, -1],
        [Number.POSITIVE_INFINITY, 1, 1, 2],
        [5, Number.NaN, 1, 2],
        [3, 2, 2, 1],
      ];
      const labels = rows.map((__, i) => i % 4);
      for (const count of [rows.length, 1]) {
        const [data, own] = [Float32Array.from(rows.slice(0, count).flat()), Int32Array.from(labels.slice(0, count))];
        const made = await orThrow(
          measure(engine.fromHost({ logits: float32([count, 4], data), labels: int32([count], own) })),
        );
        const { data: values } = await orThrow(engine.toHost<tf.Tensor>(made));
        expect([...values]).toEqual(rows.slice(0, count).map((row, i) => Math.fround(inTopKOf(row, labels[i]!, 2))));
      }
    });
  });
});
