/**
 * Random tensors from a key, for use in layers. While an engine traces a function, a draw becomes an input of the graph that
 * is filled on each call from that call's key, so that no random number is compiled in as a constant.
 *
 * @module
 */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Distribution } from './distribution.js';
import { drawOnHost } from './host-draws.js';
import type { Key } from './key.js';

export { drawOnHost, drawWords, integer, permutation } from './host-draws.js';

const draw = (key: Key, distribution: Distribution, shape: readonly number[]): Tensor => {
  if (key.root.kind === 'deferred') return key.root.draw(key.path, distribution, shape);
  const drawn = drawOnHost(key, distribution, shape);
  return tensor(drawn.data, [...shape], drawn.dtype);
};

/** A float32 tensor of numbers uniform in [0, 1). */
export const uniform = (key: Key, shape: readonly number[]): Tensor => draw(key, { kind: 'uniform' }, shape);

/** A float32 tensor of standard normal numbers. */
export const normal = (key: Key, shape: readonly number[]): Tensor => draw(key, { kind: 'normal' }, shape);

/** A bool tensor, true with this probability (in steps of 2⁻¹⁶). */
export const bernoulli = (key: Key, probability: number, shape: readonly number[]): Tensor =>
  draw(key, { kind: 'bernoulli', probability }, shape);
