import { entries } from '../../../core/tree.js';
import type { Value } from '../../engine.js';

/** Arguments with the batch as the first axis of each leaf: the positions of the leaves, and how many images. */
export interface BatchArguments {
  readonly batch: number;
  readonly positions: ReadonlySet<number>;
}

/**
 * What may be a batch among the arguments: those whose leaves are all as long. A guess that is wrong costs speed at most,
 * since what can be divided is seen from the graph.
 */
export const batchArguments = (args: unknown): readonly BatchArguments[] => {
  const leaves = entries<Value>(args);
  const lengthsOf = new Map<string | undefined, Set<number>>();
  for (const [path, { shape }] of leaves) {
    lengthsOf.set(path[0], (lengthsOf.get(path[0]) ?? new Set()).add(shape[0] ?? 1));
  }
  const batchOf = (name: string | undefined): number | undefined => {
    const [length, ...others] = lengthsOf.get(name)!;
    return others.length === 0 && length! > 1 ? length : undefined;
  };
  const batches = new Set([...lengthsOf.keys()].flatMap((name) => batchOf(name) ?? []));
  return [...batches].map((batch) => ({
    batch,
    positions: new Set(leaves.flatMap(([path], position) => (batchOf(path[0]) === batch ? [position] : []))),
  }));
};
