/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, so any part of a stream can be had without the rest.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011; the generator that JAX uses by default.
 *
 * @module
 */

/** Two 32-bit words. */
export type Words = readonly [number, number];

const PARITY = 0x1bd11bda;

/** Writes the two output words for each counter `(first + i, high)`, i = 0, 1, …, until `output` is full. */
export const threefryFill = (key: Words, first: number, high: number, output: Uint32Array): void => {
  const k0 = key[0] | 0;
  const k1 = key[1] | 0;
  const k2 = k0 ^ k1 ^ PARITY;
  // Local and mutable on purpose: this is the inner loop of every draw.
  for (let i = 0; i < output.length; i += 2) {
    let x = (first + (i >>> 1) + k0) | 0;
    let y = (high + k1) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0;
    y = (y + k2 + 1) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0;
    y = (y + k0 + 2) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0;
    y = (y + k1 + 3) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k1) | 0;
    y = (y + k2 + 4) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k2) | 0;
    y = (y + k0 + 5) | 0;
    output[i] = x;
    if (i + 1 < output.length) output[i + 1] = y;
  }
};

/** The block for one counter. */
export const threefry = (key: Words, counter: Words): Words => {
  const block = new Uint32Array(2);
  threefryFill(key, counter[0], counter[1], block);
  return [block[0]!, block[1]!];
};
