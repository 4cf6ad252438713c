/**
 * Randomness is an explicit, immutable value. A key is a seed and a path of names and positions. The same key gives the same
 * bits in every run, on every engine and with any number of threads; different paths give independent bits.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Distribution } from './distribution.js';
import { threefry, type Words } from './threefry.js';

/** The root of a key: a seed or, while an engine traces a function, a placeholder for one. */
export type KeyRoot =
  | { readonly kind: 'seed'; readonly words: Words }
  | {
      readonly kind: 'deferred';
      /** A placeholder for the numbers that the real key gives on each call. */
      readonly draw: (path: KeyPath, distribution: Distribution, shape: readonly number[]) => Tensor;
    };

/** The counters folded into the root, one after the other. */
export type KeyPath = readonly Words[];

export interface Key {
  readonly root: KeyRoot;
  readonly path: KeyPath;
}

// The second counter word separates the uses of a key: 0 is for drawn bits, 1 for numbers, all others for names.
const NUMBER = 1;

// FNV-1a with two different offsets gives two words.
const hash = (name: string, start: number): number => {
  let h = start;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

const nameWords = (name: string): Words => [hash(name, 0x811c9dc5), (hash(`${name}\0`, 0x9747b28c) | 2) >>> 0];

/** A key from a seed, which is any safe integer. */
export const key = (seed: number): Key => ({
  root: { kind: 'seed', words: [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0] },
  path: [],
});

/** The sub-key for a name or a position. Different names give independent bits. */
export const fold = (parent: Key, name: string | number): Key => ({
  root: parent.root,
  path: [...parent.path, typeof name === 'number' ? [name >>> 0, NUMBER] : nameWords(name)],
});

/** `n` independent keys. */
export const split = (parent: Key, n: number): readonly Key[] => Array.from({ length: n }, (_, i) => fold(parent, i));

/** The words that a path leads to from those of a root. */
export const follow = (words: Words, path: KeyPath): Words =>
  path.reduce<Words>((at, counter) => threefry(at, counter), words);

/** A key that an engine fills in later; `draw` is called for each use of it. */
export const deferredKey = (draw: Extract<KeyRoot, { kind: 'deferred' }>['draw']): Key => ({
  root: { kind: 'deferred', draw },
  path: [],
});
