import { entries } from '../../../core/tree.js';
import type { Value } from '../../engine.js';

/** Arguments that have the batch as the first axis of each leaf: the positions of the leaves, and the batch size. */
export interface BatchArguments {
  readonly batch: number;
  readonly positions: ReadonlySet<number>;
}

/**
 * Candidates for the batch: arguments whose leaves share their leading size. A wrong guess can cost speed but not
 * correctness, since the graph decides what can be sharded.
 */
export const batchArguments = (args: unknown): readonly BatchArguments[] => {
  const byName = new Map<string | undefined, { readonly sizes: Set<number>; readonly positions: number[] }>();
  entries<Value>(args).forEach(([[name], { shape }], position) => {
    const argument = byName.get(name) ?? { sizes: new Set(), positions: [] };
    argument.sizes.add(shape[0] ?? 1);
    argument.positions.push(position);
    byName.set(name, argument);
  });
  const batches = new Map<number, Set<number>>();
  for (const { sizes, positions } of byName.values()) {
    const [batch = 1, ...others] = sizes;
    if (others.length === 0 && batch > 1) batches.set(batch, new Set([...(batches.get(batch) ?? []), ...positions]));
  }
  return [...batches].map(([batch, positions]) => ({ batch, positions }));
};
