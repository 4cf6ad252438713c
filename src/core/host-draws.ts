/**
 * Draws into host memory. Nothing here loads tfjs, so that worker threads start fast.
 *
 * @module
 */
import { allocatedSizeOf } from './axes.js';
import { bernoulliInto, bitsInto } from './bits.js';
import type { Distribution } from './distribution.js';
import type { HostTensor } from './host-tensor.js';
import { follow, type Key } from './key.js';
import type { Words } from './threefry.js';

const uniformInto = (words: Words, from: number, output: Float32Array): void => {
  // In place: each number overwrites its word.
  const raw = new Uint32Array(output.buffer, output.byteOffset, output.length);
  bitsInto(words, from, raw);
  for (let i = 0; i < output.length; i++) output[i] = (raw[i]! >>> 8) * 2 ** -24;
};

// Box-Muller: two uniform numbers give two normal ones. If a range begins or ends within a pair, the typed array ignores the
// write outside its bounds.
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
 * Fills `output` with the numbers of a draw from position `from` on: a Uint8Array for a Bernoulli distribution, else a
 * Float32Array. Adjacent ranges concatenate to the full draw.
 */
export const drawInto = (words: Words, distribution: Distribution, from: number, output: HostTensor['data']): void => {
  if (distribution.kind === 'bernoulli' && output instanceof Uint8Array) {
    bernoulliInto(words, distribution.probability, from, output);
  } else if (distribution.kind !== 'bernoulli' && output instanceof Float32Array) {
    if (distribution.kind === 'uniform') uniformInto(words, from, output);
    else normalInto(words, from, output);
  } else throw new Error(`a ${distribution.kind} draw cannot fill a ${output.constructor.name}`);
};

/** Draws from the words of a key: bool for a Bernoulli distribution, else float32. */
export const drawWords = (words: Words, distribution: Distribution, shape: readonly number[]): HostTensor => {
  const isBool = distribution.kind === 'bernoulli';
  const size = allocatedSizeOf(shape);
  const data = isBool ? new Uint8Array(size) : new Float32Array(size);
  drawInto(words, distribution, 0, data);
  return { dtype: isBool ? 'bool' : 'float32', shape, data };
};

/** Draws into host memory. Throws inside a traced function, where keys have no bits yet. */
export const drawOnHost = (key: Key, distribution: Distribution, shape: readonly number[]): HostTensor => {
  if (key.root.kind === 'deferred')
    throw new Error('the key of a traced function has no bits yet: draw a tensor (uniform, normal, bernoulli) instead');
  return drawWords(follow(key.root.words, key.path), distribution, shape);
};

/** A uniformly random whole number in [0, n). `n` is a whole number, 1 to 2²⁴; for any other the result is NaN. */
export const integer = (key: Key, n: number): number => {
  const [u = 0] = drawOnHost(key, { kind: 'uniform' }, []).data;
  return Number.isInteger(n) && n > 0 && n <= 2 ** 24 ? Math.floor(u * n) : Number.NaN;
};

/** A uniformly random order of 0 … n−1 (Fisher-Yates). Empty if `n` is not a whole number above 0. */
export const permutation = (key: Key, count: number): Uint32Array => {
  const n = allocatedSizeOf([count]);
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
