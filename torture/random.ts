import { fold, integer, type Key, key } from '../src/core/index.js';

/** Choices that a seed determines. */
export interface Random {
  /** A whole number in [0, n). */
  readonly below: (n: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <const L extends readonly [unknown, ...unknown[]]>(list: L) => L[number];
}

/** The choices of one case. They depend on nothing but the battery, the seed and the number of the case. */
export const randomOf = (battery: string, seed: number, index: number): Random => {
  const root: Key = fold(fold(key(seed), battery), index);
  let drawn = 0;
  const below = (n: number): number => integer(fold(root, drawn++), n);
  return {
    below,
    chance: (probability) => below(10_000) < 10_000 * probability,
    pick: (list) => list[below(list.length)] ?? list[0],
  };
};
