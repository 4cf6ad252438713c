/**
 * Draws into host memory. Nothing here loads tfjs, so a worker thread can draw.
 *
 * @module
 */
import { sizeOf } from './axes.js';
import { bernoulliInto, bitsInto } from './bits.js';
import type { Distribution } from './distribution.js';
import type { HostTensor } from './host-tensor.js';
import { follow, type Key } from './key.js';
import type { Words } from './threefry.js';

const uniformInto = (words: Words, from: number, output: Float32Array): void => {
  // In place: each word gives way to its number.
  const raw = new Uint32Array(output.buffer, output.byteOffset, output.length);
  bitsInto(words, from, raw);
  for (let i = 0; i < output.length; i++) output[i] = (raw[i]! >>> 8) * 2 ** -24;
};

// Box-Muller: two uniforms give two normals. A range may begin or end amid a pair; what falls beside an array is lost.
const normalInto = (words: Words, from: number, output: Float32Array): void => {
  const before = from % 2;
  const pairs = new Float32Array(2 * Math.ceil((before + output.length) / 2));
  uniformInto(words, from - before, pairs);
  for (let i = 0; i < pairs.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - pairs[i]!));
    const angle = 2 * Math.PI * pairs[i + 1]!;
    output[i - before] = radius * Math.cos(angle);
    output[i - before + 1] = radius * Math.sin(angle);
  }
};

/**
 * Fills `output`, which is of the type that `drawWords` gives, with the numbers of a draw from position `from` on. A draw is its
 * stretches, one after the other, wherever it is cut.
 */
export const drawInto = (words: Words, distribution: Distribution, from: number, output: HostTensor['data']): void => {
  if (distribution.kind === 'bernoulli') bernoulliInto(words, distribution.probability, from, output as Uint8Array);
  else if (distribution.kind === 'uniform') uniformInto(words, from, output as Float32Array);
  else normalInto(words, from, output as Float32Array);
};

/** The numbers that the words of a key give: float32, or bool for a Bernoulli distribution. */
export const drawWords = (words: Words, distribution: Distribution, shape: readonly number[]): HostTensor => {
  const truth = distribution.kind === 'bernoulli';
  const data = truth ? new Uint8Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
  drawInto(words, distribution, 0, data);
  return { dtype: truth ? 'bool' : 'float32', shape, data };
};

/** Draws into host memory. The key must come from a seed, which it does everywhere outside a traced function. */
export const drawOnHost = (key: Key, distribution: Distribution, shape: readonly number[]): HostTensor => {
  if (key.root.kind === 'deferred')
    throw new Error('a key inside a traced function has no bits yet: draw a tensor instead');
  return drawWords(follow(key.root.words, key.path), distribution, shape);
};

/** A whole number in [0, n) from a key. */
export const integer = (key: Key, n: number): number =>
  Math.floor((drawOnHost(key, { kind: 'uniform' }, []).data[0] as number) * n);

/** A uniformly random order of 0 … n−1 (Fisher-Yates). */
export const permutation = (key: Key, n: number): Uint32Array => {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const draws = drawOnHost(key, { kind: 'uniform' }, [n]).data;
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(draws[i]! * (i + 1));
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
};
