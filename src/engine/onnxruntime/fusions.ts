import type { Node } from '../compiler/graph/node.js';
import type { Target } from './operators.js';

/** Nodes that are written together with one that only they use, as one operator. */
export interface Fusions {
  readonly writers: ReadonlyMap<Node, (target: Target) => void>;
  /** The nodes that are not written by themselves. */
  readonly absorbed: ReadonlySet<Node>;
}

/** Looks for fusions; `uses` says how often each node is used. */
export type FindFusions = (live: readonly Node[], uses: ReadonlyMap<Node, number>) => Fusions;

/** All that several find; they look for different nodes. */
export const allFusions =
  (...finders: readonly FindFusions[]): FindFusions =>
  (live, uses) => {
    const found = finders.map((find) => find(live, uses));
    return {
      writers: new Map(found.flatMap(({ writers }) => [...writers])),
      absorbed: new Set(found.flatMap(({ absorbed }) => [...absorbed])),
    };
  };
