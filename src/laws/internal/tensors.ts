/**
 * Tensors in laws: random ones, and what their numbers are.
 *
 * @module
 */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { drawOnHost } from '../../core/host-draws.js';
import { float32, type HostTensor, int32 } from '../../core/host-tensor.js';
import { type Key, key as keyOf } from '../../core/key.js';
import { orThrow } from '../../core/or-throw.js';
import { entries, leaves, map, showPath } from '../../core/tree.js';
import { loadTfjs } from '../../engine/tfjs/load-tfjs.js';
import { tidyOn } from '../../engine/tfjs/tidy-on.js';

/** Runs a function of tensors on tfjs's plain JavaScript backend, and frees what it leaves. */
export const onCpu = async <R>(body: () => R): Promise<R> => {
  await orThrow(loadTfjs);
  return tidyOn('cpu', () => ({ tensors: [], result: body() })).result;
};

/** Standard normal numbers from a key or a seed. */
export const noise = (seed: Key | number, shape: readonly number[]): HostTensor =>
  drawOnHost(typeof seed === 'number' ? keyOf(seed) : seed, { kind: 'normal' }, shape);

/** A tensor with a copy of the numbers. */
export const tensorOf = ({ data, shape, dtype }: HostTensor): Tensor => tensor(data.slice(), [...shape], dtype);

/** A tree of tensors. */
export const tensorsOf = map<HostTensor, Tensor>(tensorOf);

/** The arguments of a function, each tensor made of that in host memory. */
export const treeOf = <A>(tensorOfHost: (host: HostTensor) => Tensor, hosts: unknown): A => {
  const tree: unknown = map<HostTensor, Tensor>(tensorOfHost)(hosts);
  // The types of trees in host memory do not say what they are made into.
  return tree as A;
};

/** A copy of the numbers of a tensor. */
export const numbersOf = (given: Tensor): readonly number[] => Array.from(given.dataSync());

/** A tensor in host memory. */
export const hostOf = (given: Tensor): HostTensor =>
  given.dtype === 'int32' ? int32(given.shape, numbersOf(given)) : float32(given.shape, numbersOf(given));

/** The numbers of every tensor of a tree. */
export const allNumbers = (tree: unknown): readonly (readonly number[])[] => leaves<Tensor>(tree).map(numbersOf);

/** The largest magnitude; NaN if there is a NaN. */
export const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** `[2, 3]` */
export const showSizes = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;

interface Shaped {
  readonly shape: readonly number[];
  readonly dtype?: string;
}

/** The first leaf at which two trees differ in path, sizes or type. */
export const differingLeaf = (actual: unknown, expected: unknown): string | undefined => {
  const describe = (tree: unknown): readonly string[] =>
    entries<Shaped>(tree).map(
      ([path, { shape, dtype = 'float32' }]) => `${showPath(path)} ${dtype} ${showSizes(shape)}`,
    );
  const [got, want] = [describe(actual), describe(expected)];
  const extra = got.find((leaf) => !want.includes(leaf));
  const missing = want.find((leaf) => !got.includes(leaf));
  if (extra === undefined && missing === undefined) return undefined;
  return `expected ${missing ?? 'no such tensor'}, got ${extra ?? 'none'}`;
};

/** The first place at which numbers differ by more than `allowed`; with 0, at which their bits differ. */
export const differingNumber = (
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed = 0,
): { readonly at: number; readonly actual: number; readonly expected: number } | undefined => {
  for (let at = 0; at < Math.max(actual.length, expected.length); at++) {
    const [a, b] = [actual[at] ?? Number.NaN, expected[at] ?? Number.NaN];
    const isSame = at < actual.length && at < expected.length && (Object.is(a, b) || Math.abs(a - b) <= allowed);
    if (!isSame) return { at, actual: a, expected: b };
  }
  return undefined;
};

/** The first place at which the bits of two trees of tensors differ. */
export const differingBits = (actual: unknown, expected: unknown): string | undefined => {
  const leaf = differingLeaf(actual, expected);
  if (leaf !== undefined) return leaf;
  const got = leaves<Tensor>(actual);
  for (const [i, [path, wanted]] of entries<Tensor>(expected).entries()) {
    const found = differingNumber(got[i]?.dataSync() ?? [], wanted.dataSync());
    if (found !== undefined) return `${showPath(path)}[${found.at}]: expected ${found.expected}, got ${found.actual}`;
  }
  return undefined;
};
