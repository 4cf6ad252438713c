/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, so any range of a stream can be computed on its own.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011; the generator that JAX uses by default.
 *
 * @module
 */

/** Two 32-bit words. */
export type Words = readonly [number, number];

/** The third word of the key schedule is the exclusive or of this constant and both words of the key. */
export const PARITY = 0x1bd11bda;

const EVEN_ROTATIONS = [13, 15, 26, 6] as const;
const ODD_ROTATIONS = [17, 29, 16, 24] as const;

/** The rotations in bits of the four rounds of a group. The key is added after each group. */
export const rotationsOf = (group: number): readonly number[] => (group % 2 === 0 ? EVEN_ROTATIONS : ODD_ROTATIONS);

/** The number of groups of four rounds. */
export const GROUPS = 5;

/** The block of two words for one counter. `bits.ts` computes many at once. */
export const threefry = ([k0, k1]: Words, [c0, c1]: Words): Words => {
  const schedule = [k0, k1, k0 ^ k1 ^ PARITY];
  // Mutable for speed: deriving any key runs this and, without WebAssembly, so does every draw.
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let group = 0; group < GROUPS; group++) {
    for (const by of rotationsOf(group)) {
      x = (x + y) | 0;
      y = ((y << by) | (y >>> (32 - by))) ^ x;
    }
    x = (x + schedule[(group + 1) % 3]!) | 0;
    y = (y + schedule[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
};
