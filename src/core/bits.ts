/**
 * Any range of the random bits of a key: with WebAssembly SIMD where available, else in plain JavaScript, with the same bits.
 * Nothing here loads tfjs, so that worker threads start fast.
 *
 * @module
 */
import { type BlockGenerator, MAX_BLOCKS, plainGenerator } from './internal/threefry-plain.js';
import { simdGenerator } from './internal/threefry-simd.js';
import type { Words } from './threefry.js';

// One per thread, created on first use.
let created: BlockGenerator | undefined;
const generator = (): BlockGenerator => {
  created ??= simdGenerator() ?? plainGenerator();
  return created;
};

// Fills `output` with elements of a stream from position `from` on; a block has `perBlock` elements.
const fill = <A extends Uint32Array | Uint8Array>(
  generate: (first: number, blocks: number) => A,
  perBlock: number,
  from: number,
  output: A,
): void => {
  for (let at = 0; at < output.length; ) {
    const first = Math.floor((from + at) / perBlock);
    const skipped = from + at - first * perBlock;
    const blocks = Math.min(MAX_BLOCKS, Math.ceil((skipped + output.length - at) / perBlock));
    const count = Math.min(blocks * perBlock - skipped, output.length - at);
    output.set(generate(first, blocks).subarray(skipped, skipped + count), at);
    at += count;
  }
};

/** Fills `output` with the 32-bit words of a stream from position `from` on. */
export const bitsInto = (words: Words, from: number, output: Uint32Array): void =>
  fill((first, blocks) => generator().bits(words, first, blocks), 2, from, output);

/**
 * Fills `output` with the elements of a Bernoulli draw from position `from` on: 1 with this probability, else 0. The lower and
 * upper halves of each word decide two elements.
 */
export const bernoulliInto = (words: Words, probability: number, from: number, output: Uint8Array): void => {
  const threshold = Math.round(probability * 2 ** 16);
  fill((first, blocks) => generator().bernoulli(words, first, blocks, threshold), 4, from, output);
};
