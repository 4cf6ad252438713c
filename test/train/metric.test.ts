import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostTensor } from '../../src/core/host-tensor.js';
import {
  addExamples,
  type Measured,
  type Metric,
  mapMeasured,
  meanMetric,
  measure,
  noTotals,
  summarizeMetrics,
  type Totals,
  totalsMonoid,
} from '../../src/train/index.js';
import { bits, forAll } from '../core/harness.js';

const statistics = fc.record({ total: fc.integer(), weight: fc.integer() }, { requiredKeys: ['total'] });
const totals: fc.Arbitrary<Totals> = fc.record({
  examples: fc.nat(),
  sums: fc.record({ loss: statistics, accuracy: statistics }, { requiredKeys: [] }),
});

describe('totals', () => {
  const { concat, empty } = totalsMonoid;

  test('are a commutative monoid, also with different metrics', () => {
    forAll([totals, totals, totals], (a, b, c) => {
      expect(concat(a, concat(b, c))).toEqual(concat(concat(a, b), c));
      expect(concat(a, b)).toEqual(concat(b, a));
      expect(concat(a, empty)).toEqual(a);
      expect(concat(empty, a)).toEqual(a);
      expect(concat(noTotals, a)).toEqual(a);
    });
  });

  test('are added statistic by statistic', () => {
    const a = { examples: 3, sums: { loss: { total: 1, weight: 2 } } };
    const b = { examples: 4, sums: { loss: { total: 10, weight: 20 }, accuracy: { total: 5 } } };
    expect(concat(a, b)).toEqual({ examples: 7, sums: { loss: { total: 11, weight: 22 }, accuracy: { total: 5 } } });
  });

  test('have the same bits for any split of the examples', () => {
    const numbers = fc.array(fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })), {
      minLength: 1,
      maxLength: 30,
    });
    forAll([numbers, fc.array(fc.nat(30), { maxLength: 4 })], (examples, cuts) => {
      const measured = (from: number, to?: number): Measured<readonly number[]> => ({
        loss: { total: examples.slice(from, to).map(([value]) => value) },
        both: {
          total: examples.slice(from, to).map(([value]) => value),
          weight: examples.slice(from, to).map(([, w]) => w),
        },
      });
      const borders = [...new Set([0, ...cuts.filter((cut) => cut < examples.length)])].sort((a, b) => a - b);
      const parts = borders.map((from, i) => measured(from, borders[i + 1]));
      expect(parts.reduce(addExamples, noTotals)).toEqual(addExamples(noTotals, measured(0)));
    });
  });
});

/** The root mean square: a metric that is not a mean over examples. */
const rootMeanSquare: Metric<tf.Tensor, tf.Tensor, 'squares'> = {
  measure: (output, target) => ({ squares: tf.squaredDifference(output, target) }),
  summarize: ({ squares }, examples) => Math.sqrt(squares / examples),
};
const metrics = {
  loss: meanMetric((output: tf.Tensor, target: tf.Tensor) => tf.abs(tf.sub(output, target))),
  rms: rootMeanSquare,
};

describe('metrics', () => {
  const measured = measure(metrics, tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([1, 4, 0, 4]));

  test('measure each example by name and statistic', () => {
    expect(mapMeasured(measured, bits)).toEqual({
      loss: { total: [0, 2, 3, 0] },
      rms: { squares: [0, 4, 9, 0] },
    });
  });

  test('summarize totals to one number each, which need not be a mean', () => {
    const numbers = mapMeasured(measured, (values) => values.dataSync() as HostTensor['data']);
    const { loss, rms } = summarizeMetrics(metrics, addExamples(noTotals, numbers));
    expect(loss).toBe(5 / 4);
    expect(rms).toBeCloseTo(Math.sqrt(13 / 4), 12);
  });

  test('of no examples are NaN', () => {
    expect(summarizeMetrics(metrics, noTotals)).toEqual({ loss: Number.NaN, rms: Number.NaN });
  });

  test('are mapped with the names of metric and statistic', () => {
    expect(
      mapMeasured({ loss: { total: 1 }, top1: { total: 2, weight: 3 } }, (value, ...names) => [value, ...names]),
    ).toEqual({
      loss: { total: [1, 'loss', 'total'] },
      top1: { total: [2, 'top1', 'total'], weight: [3, 'top1', 'weight'] },
    });
  });

  test('and statistics may have any name', () => {
    for (const [metric, statistic] of [
      ['constructor', 'length'],
      ['toString', 'name'],
      ['a/b', ''],
    ] as const) {
      const values = { [metric]: { [statistic]: [1, 2] } };
      const twice = addExamples(addExamples(noTotals, values), values);
      expect(twice).toEqual({ examples: 4, sums: { [metric]: { [statistic]: 6 } } });
      expect(totalsMonoid.concat(noTotals, twice)).toEqual(twice);
    }
  });
});
