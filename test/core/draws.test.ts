import '../support/tfjs.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawInto, drawWords } from '../../src/core/host-draws.js';
import {
  bernoulli,
  type Distribution,
  drawOnHost,
  integer,
  normal,
  permutation,
  uniform,
} from '../../src/core/index.js';
import { deferredKey, fold, key } from '../../src/core/key.js';
import { bits, forAll } from './harness.js';

const COUNT = 100_000;
const draw = (distribution: Distribution, seed = 1): readonly number[] =>
  Array.from(drawOnHost(key(seed), distribution, [COUNT]).data);

const moment = (values: readonly number[], power: number, centre = 0): number =>
  values.reduce((total, value) => total + (value - centre) ** power, 0) / values.length;

/** Five standard errors of the mean of COUNT values with this standard deviation. */
const allowance = (deviation: number): number => (5 * deviation) / Math.sqrt(COUNT);

describe('draws', () => {
  test('uniform numbers are evenly distributed over [0, 1)', () => {
    const values = draw({ kind: 'uniform' });
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(moment(values, 1) - 1 / 2)).toBeLessThan(allowance(Math.sqrt(1 / 12)));
    expect(Math.abs(moment(values, 2, 0.5) - 1 / 12)).toBeLessThan(allowance(Math.sqrt(1 / 180)));
    const bins = new Array<number>(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]! += 1;
    const chiSquare = bins.reduce((total, bin) => total + (bin - COUNT / 20) ** 2 / (COUNT / 20), 0);
    // The 99.99 % quantile of χ² with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(52.4);
  });

  test('normal numbers have the moments of the normal distribution', () => {
    const values = draw({ kind: 'normal' });
    expect(Math.abs(moment(values, 1))).toBeLessThan(allowance(1));
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(allowance(Math.sqrt(2)));
    expect(Math.abs(moment(values, 3))).toBeLessThan(allowance(Math.sqrt(15)));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(allowance(Math.sqrt(96)));
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / COUNT;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(allowance(Math.sqrt(0.0455)));
    const neighbours = values.slice(1).reduce((total, value, i) => total + value * values[i]!, 0) / COUNT;
    expect(Math.abs(neighbours)).toBeLessThan(allowance(1));
  });

  test.each([0, 0.1, 0.5, 0.9, 1])('a Bernoulli draw is true with probability %d', (probability) => {
    const values = draw({ kind: 'bernoulli', probability });
    expect(values.every((value) => value === 0 || value === 1)).toBe(true);
    const off = Math.abs(moment(values, 1) - probability);
    expect(off).toBeLessThanOrEqual(2 ** -17 + allowance(Math.sqrt(probability * (1 - probability))));
    if (probability === 0 || probability === 1) expect(off).toBe(0);
    // Neighbours are drawn from halves of one word, and must still be independent.
    const both = values.filter((value, i) => i % 2 === 0 && value === 1 && values[i + 1] === 1).length / (COUNT / 2);
    expect(Math.abs(both - probability ** 2)).toBeLessThanOrEqual(2 ** -16 + allowance(1));
  });

  test.each<[Distribution, string]>([
    [{ kind: 'uniform' }, 'float32'],
    [{ kind: 'normal' }, 'float32'],
    [{ kind: 'bernoulli', probability: 0.3 }, 'bool'],
  ])('%o has as many numbers as its shape, including empty, scalar and odd shapes', (distribution, dtype) => {
    for (const [shape, count] of [
      [[], 1],
      [[0], 0],
      [[3], 3],
      [[3, 5], 15],
      [[2, 1, 4], 8],
    ] as const) {
      const drawn = drawOnHost(key(2), distribution, shape);
      expect({ shape: drawn.shape, dtype: drawn.dtype, count: drawn.data.length }).toEqual({ shape, dtype, count });
      expect(Array.from(drawn.data).every(Number.isFinite)).toBe(true);
    }
  });

  test.each<Distribution>([{ kind: 'uniform' }, { kind: 'normal' }, { kind: 'bernoulli', probability: 0.3 }])(
    '%o is the concatenation of its ranges, and nothing outside a range is written',
    (distribution) => {
      const { data: whole } = drawWords([1, 2], distribution, [60]);
      forAll([fc.nat(50), fc.nat(50), fc.nat(3)], (a, b, margin) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const around = whole.slice(0, to - from + 2 * margin).fill(7);
        drawInto([1, 2], distribution, from, around.subarray(margin, margin + to - from));
        const edge = new Array<number>(margin).fill(7);
        expect(Array.from(around)).toEqual([...edge, ...whole.subarray(from, to), ...edge]);
      });
    },
  );

  test('tensors hold the numbers that the host draws', () => {
    const k = fold(key(5), 'x');
    const host = (distribution: Distribution) => Array.from(drawOnHost(k, distribution, [3, 3]).data);
    expect(bits(uniform(k, [3, 3]))).toEqual(host({ kind: 'uniform' }));
    expect(bits(normal(k, [3, 3]))).toEqual(host({ kind: 'normal' }));
    const mask = bernoulli(k, 0.4, [3, 3]);
    expect(mask.dtype).toBe('bool');
    expect(bits(mask)).toEqual(host({ kind: 'bernoulli', probability: 0.4 }));
  });

  test('a deferred key draws tensors from its engine, and cannot draw on the host', () => {
    const requested: unknown[] = [];
    const given = uniform(key(1), [2]);
    const promised = deferredKey((...what) => {
      requested.push(what);
      return given;
    });
    expect(normal(fold(promised, 'a'), [2])).toBe(given);
    expect(requested).toEqual([[fold(key(0), 'a').path, { kind: 'normal' }, [2]]]);
    expect(() => drawOnHost(promised, { kind: 'uniform' }, [2])).toThrow(/traced function/);
  });
});

describe('orders', () => {
  test('a permutation has each position once, and depends on the key', () => {
    forAll([fc.integer(), fc.nat(40)], (seed, n) =>
      expect(Array.from(permutation(key(seed), n)).sort((a, b) => a - b)).toEqual([...new Array(n).keys()]),
    );
    expect(permutation(key(1), 20)).toEqual(permutation(key(1), 20));
    expect(permutation(key(1), 20)).not.toEqual(permutation(key(2), 20));
  });

  test('all orders of four elements are equally likely', () => {
    const seen = new Map<string, number>();
    const runs = 24_000;
    for (let seed = 0; seed < runs; seed++) {
      const order = permutation(key(seed), 4).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    const chiSquare = [...seen.values()].reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
    // The 99.99 % quantile of χ² with 23 degrees of freedom.
    expect(chiSquare).toBeLessThan(58.6);
  });

  test('a whole number lies in [0, n), and every one occurs', () => {
    const drawn = Array.from({ length: 600 }, (_, i) => integer(fold(key(3), i), 6));
    expect([...new Set(drawn)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(integer(key(1), 1)).toBe(0);
  });
});
