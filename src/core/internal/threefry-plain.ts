import { threefry, type Words } from '../threefry.js';

/** The most blocks that a generator makes in one call. */
export const BLOCKS = 4096;

/**
 * Makes the blocks of consecutive counters into memory of its own, which the next call overwrites: look at no more than was
 * asked for.
 */
export interface Generator {
  /** The words of the blocks for the counters (first, 0), (first + 1, 0), …: two of each. */
  readonly bits: (key: Words, first: number, blocks: number) => Uint32Array;
  /** For each half of these words, the lower one first, 1 if it is below the threshold, else 0. */
  readonly bernoulli: (key: Words, first: number, blocks: number, threshold: number) => Uint8Array;
}

/** The generator where WebAssembly has no SIMD. */
export const plainGenerator = (): Generator => {
  const words = new Uint32Array(2 * BLOCKS);
  const bytes = new Uint8Array(4 * BLOCKS);
  const bits: Generator['bits'] = (key, first, blocks) => {
    for (let i = 0; i < blocks; i++) words.set(threefry(key, [first + i, 0]), 2 * i);
    return words;
  };
  return {
    bits,
    bernoulli: (key, first, blocks, threshold) => {
      bits(key, first, blocks);
      for (let i = 0; i < 2 * blocks; i++) {
        bytes[2 * i] = Number((words[i]! & 0xffff) < threshold);
        bytes[2 * i + 1] = Number(words[i]! >>> 16 < threshold);
      }
      return bytes;
    },
  };
};
