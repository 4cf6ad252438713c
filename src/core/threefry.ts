/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, so any part of a stream can be had without the rest.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011; the generator that JAX uses by default.
 *
 * @module
 */

/** Two 32-bit words. */
export type Words = readonly [number, number];

/** Makes the third word of a key out of the other two. */
export const PARITY = 0x1bd11bda;

/** By how many bits each round rotates: five groups of four rounds take these in turn, and add the key after each. */
export const ROTATIONS: readonly (readonly number[])[] = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/** How many groups of rounds there are. */
export const GROUPS = 5;

/** The block for one counter. Many at once are in `bits.ts`. */
export const threefry = ([k0, k1]: Words, [c0, c1]: Words): Words => {
  const schedule = [k0, k1, k0 ^ k1 ^ PARITY];
  // Local and mutable: every key path and, without WebAssembly, every draw passes here.
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let group = 0; group < GROUPS; group++) {
    for (const by of ROTATIONS[group % 2]!) {
      x = (x + y) | 0;
      y = ((y << by) | (y >>> (32 - by))) ^ x;
    }
    x = (x + schedule[(group + 1) % 3]!) | 0;
    y = (y + schedule[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
};
