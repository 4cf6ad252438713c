import type { Tensor } from '@tensorflow/tfjs-core';
import { fold, type Key } from './key.js';
import type { Path } from './tree.js';

/**
 * What a layer receives besides its input. Training needs a key and evaluation has none, so forgetting the key is a type
 * error. Use `training(key)` or `evaluation`.
 */
export type Context = Position & ({ readonly mode: 'train'; readonly key: Key } | { readonly mode: 'eval' });

interface Position {
  /** The names from the model down to this layer. */
  readonly path: Path;
  /** Receives the intermediate values that layers show; see `observe`. */
  readonly show?: (path: Path, value: Tensor) => void;
  /** Receives the next values of state; see `update`. */
  readonly update?: (context: Context, leaf: Tensor, next: Tensor) => void;
}

/** The context of a training step. */
export const training = (key: Key): Context => ({ mode: 'train', key, path: [] });

/** The context of evaluation and prediction: no randomness. */
export const evaluation: Context = { mode: 'eval', path: [] };

/** The context of a named part: its path is one name longer, and its key is the name's sub-key. */
export const child = (context: Context, name: string): Context => ({
  ...context,
  path: [...context.path, name],
  ...(context.mode === 'train' ? { key: fold(context.key, name) } : {}),
});
