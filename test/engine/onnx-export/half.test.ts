import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { asHalves, halfBits } from '../../../src/engine/onnx-export/half.js';
import { storedTypes } from '../../../src/train/safetensors/dtypes.js';

/** The number of 16 bits, as safetensors files are read. */
const read = (bits: number): number => {
  const read = storedTypes.F16.read(new Uint8Array(Uint16Array.of(bits).buffer));
  return E.isRight(read) ? (read.right.data[0] ?? Number.NaN) : Number.NaN;
};

test('all 65,536 half-precision numbers are written as they are read', () => {
  const wrong = Array.from({ length: 65_536 }, (_, bits) => bits).filter((bits) => {
    const value = read(bits);
    return Number.isNaN(value) ? !Number.isNaN(read(halfBits(value))) : halfBits(value) !== bits && value !== 0;
  });
  expect(wrong).toEqual([]);
  expect(halfBits(0)).toBe(0);
});

test('a number becomes the nearest, of two the even one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0x7bfe }), fc.double({ min: 0, max: 1, noNaN: true }), (bits, share) => {
      const [low, high] = [read(bits), read(bits + 1)];
      const value = Math.fround(low + share * (high - low));
      const [below, above] = [value - low, high - value];
      const nearest = below === above ? bits + (bits % 2) : below < above ? bits : bits + 1;
      expect(halfBits(value)).toBe(nearest);
      expect(halfBits(-value) & 0x7fff).toBe(nearest);
    }),
  );
});

test('an array with a number that is too large stays as it is', () => {
  expect(asHalves(Float32Array.of(1, 65_519))?.[1]).toBe(0x7bff);
  expect(asHalves(Float32Array.of(1, 65_520))).toBeUndefined();
  expect(asHalves(Float32Array.of(Number.POSITIVE_INFINITY, 2))?.[0]).toBe(0x7c00);
});
