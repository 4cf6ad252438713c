import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bernoulliInto, bitsInto } from '../../src/core/bits.js';
import { type BlockGenerator, MAX_BLOCKS, plainGenerator } from '../../src/core/internal/threefry-plain.js';
import { simdGenerator } from '../../src/core/internal/threefry-simd.js';
import { threefry, type Words } from '../../src/core/threefry.js';
import { forAll } from './harness.js';

const word = fc.integer({ min: 0, max: 0xffffffff });
const words = fc.tuple(word, word);
const threshold = fc.oneof(fc.constantFrom(-1, 0, 1, 0xffff, 0x10000, 0x10001, Number.NaN), fc.nat(0x10000));
const plain = plainGenerator();
const simd = simdGenerator();

/** The words of a stream, one block at a time. */
const streamed = (key: Words, from: number, length: number): readonly number[] =>
  Array.from({ length }, (_, i) => threefry(key, [Math.floor((from + i) / 2), 0])[(from + i) % 2]!);

/** The elements of a Bernoulli draw, by its definition. */
const decided = (key: Words, below: number, from: number, length: number): readonly number[] =>
  Array.from({ length }, (_, i) => {
    const [value] = streamed(key, Math.floor((from + i) / 2), 1);
    return Number(((from + i) % 2 === 0 ? value! & 0xffff : value! >>> 16) < below);
  });

describe.each<[string, BlockGenerator | undefined]>([
  ['in plain JavaScript', plain],
  ['in WebAssembly', simd],
])('blocks %s', (_, generator) => {
  test('match the definition, including counters that wrap around', () => {
    forAll([words, fc.oneof(word, fc.constant(0xfffffffd)), fc.nat(40)], (key, first, blocks) => {
      const expected = Array.from({ length: blocks }, (_, i) => threefry(key, [(first + i) >>> 0, 0])).flat();
      expect(Array.from(generator!.bits(key, first, blocks).subarray(0, 2 * blocks))).toEqual(expected);
    });
  });

  test('compare their halves with any threshold', () => {
    forAll([words, word, fc.nat(40), threshold], (key, first, blocks, below) => {
      const made = Array.from(generator!.bernoulli(key, first, blocks, below).subarray(0, 4 * blocks));
      const halves = Array.from({ length: blocks }, (_, i) => threefry(key, [(first + i) >>> 0, 0]))
        .flat()
        .flatMap((value) => [value & 0xffff, value >>> 16]);
      expect(made).toEqual(halves.map((half) => Number(half < below)));
    });
  });

  test('are below a threshold, not equal to it', () => {
    forAll([words, word, fc.nat(159)], (key, first, element) => {
      const halves = generator!.bits(key, first, 40).subarray(0, 80);
      const below = (halves[element >> 1]! >>> (element % 2 === 0 ? 0 : 16)) & 0xffff;
      expect(generator!.bernoulli(key, first, 40, below)[element]).toBe(0);
      expect(generator!.bernoulli(key, first, 40, below + 1)[element]).toBe(1);
    });
  });
});

test('full calls give the same bits in plain JavaScript and in WebAssembly', () => {
  expect(simd!.bits([1, 2], 3, MAX_BLOCKS)).toEqual(plain.bits([1, 2], 3, MAX_BLOCKS));
  expect(simd!.bernoulli([1, 2], 3, MAX_BLOCKS, 30_000)).toEqual(plain.bernoulli([1, 2], 3, MAX_BLOCKS, 30_000));
});

describe('a stream', () => {
  const position = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 2 ** 33 - 100 }));

  test('can start at any position', () => {
    forAll([words, position, fc.nat(50)], (key, from, length) => {
      const output = new Uint32Array(length);
      bitsInto(key, from, output);
      expect(Array.from(output)).toEqual(streamed(key, from, length));
    });
  });

  test('gives Bernoulli elements from any position', () => {
    forAll(
      [words, fc.double({ min: 0, max: 1, noNaN: true }), position, fc.nat(50)],
      (key, probability, from, length) => {
        const output = new Uint8Array(length);
        bernoulliInto(key, probability, from, output);
        expect(Array.from(output)).toEqual(decided(key, Math.round(probability * 2 ** 16), from, length));
      },
    );
  });

  test('is the concatenation of its ranges, across chunks', () => {
    const total = 3 * 4 * MAX_BLOCKS + 5;
    const whole = { bits: new Uint32Array(total), truths: new Uint8Array(total) };
    bitsInto([5, 6], 0, whole.bits);
    bernoulliInto([5, 6], 0.3, 0, whole.truths);
    forAll(
      [fc.nat(total), fc.nat(total)],
      (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const range = { bits: new Uint32Array(to - from), truths: new Uint8Array(to - from) };
        bitsInto([5, 6], from, range.bits);
        bernoulliInto([5, 6], 0.3, from, range.truths);
        expect(Buffer.compare(Buffer.from(range.bits.buffer), Buffer.from(whole.bits.slice(from, to).buffer))).toBe(0);
        expect(Buffer.compare(range.truths, whole.truths.subarray(from, to))).toBe(0);
      },
      20,
    );
  });
});
