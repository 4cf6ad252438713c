import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { threefry, type Words } from '../../src/core/threefry.js';
import { forAll } from './harness.js';

const word = fc.integer({ min: 0, max: 0xffffffff });
const words = fc.tuple(word, word);

/** The definition (Salmon et al. 2011, section 3.2) in arbitrary-precision integers. */
const slow = (key: Words, counter: Words): Words => {
  const low = (x: bigint): bigint => x & 0xffffffffn;
  const rotations = [13n, 15n, 26n, 6n, 17n, 29n, 16n, 24n];
  const [k0, k1] = [BigInt(key[0]), BigInt(key[1])];
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bdan];
  let x = low(BigInt(counter[0]) + k0);
  let y = low(BigInt(counter[1]) + k1);
  for (let round = 0; round < 20; round++) {
    const r = rotations[round % 8]!;
    x = low(x + y);
    y = low((y << r) | (y >> (32n - r))) ^ x;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = low(x + schedule[injection % 3]!);
      y = low(y + schedule[(injection + 1) % 3]! + BigInt(injection));
    }
  }
  return [Number(x), Number(y)];
};

describe('Threefry-2x32-20', () => {
  // Random123, examples/kat_vectors
  test.each<[Words, Words, Words]>([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])('gives the published result for key %s and counter %s', (key, counter, published) => {
    expect(threefry(key, counter)).toEqual(published);
    expect(slow(key, counter)).toEqual(published);
  });

  test('matches its definition', () => {
    forAll([words, words], (key, counter) => expect(threefry(key, counter)).toEqual(slow(key, counter)));
  });
});
