import type { Node } from '../compiler/graph/node.js';
import type { Target } from './target.js';

/** Nodes that are written together with a node that only they use, as one operator. */
export interface Fusions {
  readonly writers: ReadonlyMap<Node, (target: Target) => void>;
  /** The nodes that are not written separately. */
  readonly absorbed: ReadonlySet<Node>;
}

/** Finds fusions; `uses` counts the uses of each node. */
export type FindFusions = (live: readonly Node[], uses: ReadonlyMap<Node, number>) => Fusions;

/** The fusions that several functions find. Each must find different nodes. */
export const allFusions =
  (...finders: readonly FindFusions[]): FindFusions =>
  (live, uses) => {
    const found = finders.map((find) => find(live, uses));
    return {
      writers: new Map(found.flatMap(({ writers }) => [...writers])),
      absorbed: new Set(found.flatMap(({ absorbed }) => [...absorbed])),
    };
  };
