/**
 * Draws from a key. On the host they are typed arrays; inside a layer they are tensors, and while a function is traced
 * they become inputs of the graph, filled on each call from that call's key: never constants baked in by accident.
 *
 * @module
 */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from './axes.js';
import type { Distribution } from './distribution.js';
import type { HostTensor } from './host-tensor.js';
import { follow, type Key } from './key.js';
import { threefryFill, type Words } from './threefry.js';

const bits = (words: Words, count: number): Uint32Array => {
  const output = new Uint32Array(count);
  threefryFill(words, 0, 0, output);
  return output;
};

const uniforms = (words: Words, count: number): Float32Array => {
  const raw = bits(words, count);
  const output = new Float32Array(count);
  for (let i = 0; i < count; i++) output[i] = (raw[i]! >>> 8) * 2 ** -24;
  return output;
};

// Box-Muller: two uniforms give two normals.
const normals = (words: Words, count: number): Float32Array => {
  const pairs = uniforms(words, count + (count % 2));
  const output = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - pairs[i]!));
    const angle = 2 * Math.PI * pairs[i + 1]!;
    output[i] = radius * Math.cos(angle);
    if (i + 1 < count) output[i + 1] = radius * Math.sin(angle);
  }
  return output;
};

// Each 32-bit word decides two elements.
const bernoullis = (words: Words, count: number, probability: number): Uint8Array => {
  const raw = bits(words, (count + 1) >>> 1);
  const threshold = Math.round(probability * 2 ** 16);
  const output = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const half = i % 2 === 0 ? raw[i >>> 1]! & 0xffff : raw[i >>> 1]! >>> 16;
    output[i] = half < threshold ? 1 : 0;
  }
  return output;
};

/** The numbers that the words of a key give. */
export const drawWords = (words: Words, distribution: Distribution, shape: readonly number[]): HostTensor => {
  const count = sizeOf(shape);
  switch (distribution.kind) {
    case 'uniform':
      return { dtype: 'float32', shape, data: uniforms(words, count) };
    case 'normal':
      return { dtype: 'float32', shape, data: normals(words, count) };
    case 'bernoulli':
      return { dtype: 'bool', shape, data: bernoullis(words, count, distribution.probability) };
  }
};

/** Draws into host memory. The key must come from a seed, which it does everywhere outside a traced function. */
export const drawOnHost = (key: Key, distribution: Distribution, shape: readonly number[]): HostTensor => {
  if (key.root.kind === 'deferred')
    throw new Error('a key inside a traced function has no bits yet: draw a tensor instead');
  return drawWords(follow(key.root.words, key.way), distribution, shape);
};

const draw = (key: Key, distribution: Distribution, shape: readonly number[]): Tensor => {
  if (key.root.kind === 'deferred') return key.root.draw(key.way, distribution, shape);
  const drawn = drawOnHost(key, distribution, shape);
  return tensor(drawn.data, [...shape], drawn.dtype);
};

/** A float32 tensor, uniform in [0, 1). */
export const uniform = (key: Key, shape: readonly number[]): Tensor => draw(key, { kind: 'uniform' }, shape);

/** A float32 tensor of standard normal numbers. */
export const normal = (key: Key, shape: readonly number[]): Tensor => draw(key, { kind: 'normal' }, shape);

/** A bool tensor that is true with the given probability. */
export const bernoulli = (key: Key, probability: number, shape: readonly number[]): Tensor =>
  draw(key, { kind: 'bernoulli', probability }, shape);

/** A whole number in [0, n) from a key, on the host. */
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
