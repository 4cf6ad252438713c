import type { Tensor } from '@tensorflow/tfjs-core';
import { fold, type Key } from './key.js';
import type { Path } from './tree.js';

/**
 * What a layer is told beside its input. Training needs a key, evaluation has none: to forget the key is a type error.
 * Make one with `training(key)` or take `evaluation`.
 */
export type Context = Where & ({ readonly mode: 'train'; readonly key: Key } | { readonly mode: 'eval' });

interface Where {
  /** The names on the way from the model to this layer. */
  readonly path: Path;
  /** Receives what layers show of their inside; see `observe`. */
  readonly show?: (path: Path, value: Tensor) => void;
}

/** The context of a training step. */
export const training = (key: Key): Context => ({ mode: 'train', key, path: [] });

/** The context of evaluation and prediction: no randomness. */
export const evaluation: Context = { mode: 'eval', path: [] };

/** The context of a named part: one name further in, with a key of its own. */
export const child = (context: Context, name: string): Context => ({
  ...context,
  path: [...context.path, name],
  ...(context.mode === 'train' ? { key: fold(context.key, name) } : {}),
});
