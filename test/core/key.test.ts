import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawOnHost } from '../../src/core/draws.js';
import { fold, type Key, key, split } from '../../src/core/key.js';
import { forAll } from './harness.js';

const COUNT = 4096;
const first = (k: Key): readonly number[] => Array.from(drawOnHost(k, { kind: 'uniform' }, [4]).data);
const stream = (k: Key): readonly number[] => Array.from(drawOnHost(k, { kind: 'normal' }, [COUNT]).data);

/** For independent streams, normal with mean 0 and standard deviation 1/√COUNT. */
const correlation = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, value, i) => total + value * b[i]!, 0) / COUNT;

const expectIndependent = (keys: readonly Key[]): void => {
  const streams = keys.map(stream);
  for (const [i, a] of streams.entries())
    for (const b of streams.slice(i + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(COUNT));
};

const path = fc.array(fc.oneof(fc.string({ maxLength: 5 }), fc.nat(50)), { maxLength: 4 });
const follow = (k: Key, steps: readonly (string | number)[]): Key => steps.reduce<Key>(fold, k);

describe('keys', () => {
  test('the same seed and path give the same bits', () => {
    forAll([fc.integer(), path], (seed, steps) =>
      expect(first(follow(key(seed), steps))).toEqual(first(follow(key(seed), [...steps]))),
    );
  });

  test('two different paths give different bits', () => {
    forAll([fc.integer(), path, path], (seed, a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      expect(first(follow(key(seed), a))).not.toEqual(first(follow(key(seed), b)));
    });
  });

  test('numbers that are no 32-bit or 53-bit integers are seeds and positions of their own', () => {
    const numbers = [0, 1, 0.5, 1.5, -1, -1.5, 2 ** 32, 2 ** 32 + 1, 2 ** 60, Number.NaN, Number.POSITIVE_INFINITY];
    for (const make of [key, (n: number) => fold(key(1), n)])
      expect(new Set(numbers.map((n) => first(make(n)).join(' '))).size).toBe(numbers.length);
  });

  test('seeds give independent bits, including zero, negative ones and those beyond 32 bits', () => {
    expectIndependent([0, 1, 2, -1, -2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map(key));
  });

  test('a key, its sub-keys by name and by number, and their sub-keys are all independent', () => {
    const root = key(42);
    expectIndependent([
      root,
      ...['a', 'b', 'ab', 'ba', '', '0', '1', 'weight'].map((name) => fold(root, name)),
      ...split(root, 4),
      fold(fold(root, 'a'), 'b'),
      fold(fold(root, 'b'), 'a'),
      fold(fold(root, 0), 1),
      fold(fold(root, 1), 0),
    ]);
  });

  test('different names give different bits, even if a short hash of them collides', () => {
    // Pairs that FNV-1a of 32 bits maps to the same number.
    for (const [a, b] of [
      ['costarring', 'liquid'],
      ['declinate', 'macallums'],
      ['altarage', 'zinke'],
    ] as const)
      expect(first(fold(key(1), a)), `${a} and ${b}`).not.toEqual(first(fold(key(1), b)));
  });

  test('a name and a number are never the same path, even if the number is a hash of the name', () => {
    expect(first(fold(key(1), 'a'))).not.toEqual(first(fold(key(1), 0xe40c292c)));
    expect(first(fold(key(1), '7'))).not.toEqual(first(fold(key(1), 7)));
  });

  test('split gives n keys, and the first ones do not depend on n', () => {
    const bitsOf = (keys: readonly Key[]) => keys.map(first);
    expect(split(key(3), 0)).toEqual([]);
    expect(bitsOf(split(key(3), 5)).slice(0, 2)).toEqual(bitsOf(split(key(3), 2)));
  });

  test('fold does not change its key', () => {
    const k = Object.freeze({ ...key(7), path: Object.freeze([]) as Key['path'] });
    const before = stream(k);
    fold(k, 'a');
    split(k, 3);
    expect(stream(k)).toEqual(before);
  });
});
