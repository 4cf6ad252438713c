/**
 * The stream of bits of a key, any part of it, at the speed of the machine: by WebAssembly where it has SIMD, else by plain
 * JavaScript, to the same bits. Nothing here loads tfjs, so a worker thread can draw.
 *
 * @module
 */
import { BLOCKS, type Generator, plainGenerator } from './internal/threefry-plain.js';
import { simdGenerator } from './internal/threefry-simd.js';
import type { Words } from './threefry.js';

// One for each thread, made when it is first needed.
let made: Generator | undefined;
const generator = (): Generator => {
  made ??= simdGenerator() ?? plainGenerator();
  return made;
};

/** Fills `output` with the elements from `from` on of a stream with `perBlock` of them in a block. */
const fill = <A extends Uint32Array | Uint8Array>(
  generate: (first: number, blocks: number) => A,
  perBlock: number,
  from: number,
  output: A,
): void => {
  for (let at = 0; at < output.length; ) {
    const first = Math.floor((from + at) / perBlock);
    const skipped = from + at - first * perBlock;
    const blocks = Math.min(BLOCKS, Math.ceil((skipped + output.length - at) / perBlock));
    const count = Math.min(blocks * perBlock - skipped, output.length - at);
    output.set(generate(first, blocks).subarray(skipped, skipped + count), at);
    at += count;
  }
};

/** Fills `output` with the 32-bit words of a stream from position `from` on. */
export const bitsInto = (words: Words, from: number, output: Uint32Array): void =>
  fill((first, blocks) => generator().bits(words, first, blocks), 2, from, output);

/**
 * Fills `output` with the elements from position `from` on of a draw: each 1 with this probability, else 0. Each word of the
 * stream decides two elements, by its lower and its upper half.
 */
export const bernoulliInto = (words: Words, probability: number, from: number, output: Uint8Array): void => {
  const threshold = Math.round(probability * 2 ** 16);
  fill((first, blocks) => generator().bernoulli(words, first, blocks, threshold), 4, from, output);
};
