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

// A number that has no words of its own is a name that no caller is likely to use.
const numberWords = (value: number): Words =>
  Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? [value, NUMBER] : nameWords(`\0${value}`);

/**
 * A key from a seed. Every number is a seed, and different numbers give different keys: whole numbers up to ±(2⁵³ − 1) directly,
 * others, such as 0.5 and NaN, by a hash.
 */
export const key = (seed: number): Key =>
  Number.isSafeInteger(seed)
    ? { root: { kind: 'seed', words: [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0] }, path: [] }
    : fold(key(0), seed);

/** The sub-key for a name or a number. Different names, and different numbers, give independent bits. */
export const fold = (parent: Key, name: string | number): Key => ({
  root: parent.root,
  path: [...parent.path, typeof name === 'number' ? numberWords(name) : nameWords(name)],
});

/**
 * `n` independent keys: `fold(parent, i)` for each whole number i from 0 up that is below `n`. None if `n` is not a number from 0 to 2³².
 */
export const split = (parent: Key, n: number): readonly Key[] =>
  Array.from({ length: n > 0 && n <= 2 ** 32 ? Math.ceil(n) : 0 }, (_, i) => fold(parent, i));

/** The words that a path leads to from those of a root. */
export const follow = (words: Words, path: KeyPath): Words =>
  path.reduce<Words>((at, counter) => threefry(at, counter), words);

/** A key that an engine fills in later; `draw` is called for each use of it. */
export const deferredKey = (draw: Extract<KeyRoot, { kind: 'deferred' }>['draw']): Key => ({
  root: { kind: 'deferred', draw },
  path: [],
});
