import { threefry, type Words } from '../threefry.js';

/** The largest number of blocks that a generator makes in one call. */
export const MAX_BLOCKS = 4096;

/**
 * Makes the blocks of consecutive counters. A result lies in memory of the generator and is valid until its next call; what
 * follows the requested blocks is undefined.
 */
export interface BlockGenerator {
  /** The words of the blocks for the counters (first, 0), (first + 1, 0), …: two per block. */
  readonly bits: (key: Words, first: number, blocks: number) => Uint32Array;
  /** For each half of these words, the lower half first: 1 if it is below the threshold, else 0. */
  readonly bernoulli: (key: Words, first: number, blocks: number, threshold: number) => Uint8Array;
}

/** The generator for platforms without WebAssembly SIMD. */
export const plainGenerator = (): BlockGenerator => {
  const words = new Uint32Array(2 * MAX_BLOCKS);
  const bytes = new Uint8Array(4 * MAX_BLOCKS);
  const bits: BlockGenerator['bits'] = (key, first, blocks) => {
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
