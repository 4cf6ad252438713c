/**
 * The tails of a graph: what an optimizer does to each parameter is element by element, over arrays of one shape. Such an
 * output needs no runtime: a kernel makes it in one pass, over the arrays that the caller gave up.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { isElementwise } from '../fused-kernels/index.js';
import type { Graph } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';

/** Outputs over the same arrays, which are made together. */
export interface Tail {
  /** Positions among the outputs of the graph. */
  readonly outputs: readonly number[];
  /** What it begins with, of the shape of the outputs. */
  readonly arrays: readonly Node[];
  /** Nodes of one element, which something else must compute. */
  readonly scalars: readonly Node[];
}

interface Ends {
  readonly arrays: ReadonlySet<Node>;
  readonly scalars: ReadonlySet<Node>;
}

/** What a tail may begin with: an argument, a sum of what threads made, or a product that is made with the tail. */
export type Beginning = 'argument' | 'sum' | 'product';

/** The tails of a graph over the nodes that may begin one, and the positions of the outputs that are none. */
export const tailsOf = (
  graph: Graph,
  beginningOf: (node: Node) => Beginning | undefined,
): { readonly tails: readonly Tail[]; readonly others: readonly number[] } => {
  const found = graph.outputs.map((node) => endsOf(node, (end) => beginningOf(end) !== undefined));
  const groups: { outputs: number[]; arrays: Set<Node>; scalars: Set<Node> }[] = [];
  found.forEach((ends, position) => {
    if (ends === undefined) return;
    // Parameter, mean and variance share their gradient: one pass makes the three.
    const same = groups.filter((group) => [...ends.arrays].some((array) => group.arrays.has(array)));
    const merged = {
      outputs: [...same.flatMap((group) => group.outputs), position],
      arrays: new Set([...same.flatMap((group) => [...group.arrays]), ...ends.arrays]),
      scalars: new Set([...same.flatMap((group) => [...group.scalars]), ...ends.scalars]),
    };
    for (const group of same) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  });
  const tails = groups
    .filter(({ arrays }) => {
      // A product is made a few rows at a time, so all else must be there.
      const made = [...arrays].map(beginningOf).filter((beginning) => beginning !== 'argument');
      return made.length === 1 || !made.includes('product');
    })
    .map(({ outputs, arrays, scalars }): Tail => ({ outputs, arrays: [...arrays], scalars: [...scalars] }));
  const made = new Set(tails.flatMap(({ outputs }) => outputs));
  return { tails, others: [...graph.outputs.keys()].filter((position) => !made.has(position)) };
};

// Where the elementwise operations that make a node begin; nothing if something else is among them.
const endsOf = (output: Node, isAtHand: (node: Node) => boolean): Ends | undefined => {
  if (output.dtype !== 'float32' || sizeOf(output.shape) <= 1 || isOp(output, 'Input')) return undefined;
  const arrays = new Set<Node>();
  const scalars = new Set<Node>();
  const seen = new Set<Node>();
  const waiting = [output];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node) || isOp(node, 'Splat')) continue;
    seen.add(node);
    if (sizeOf(node.shape) === 1) scalars.add(node);
    else if (node.dtype === 'float32' && isAtHand(node)) arrays.add(node);
    else if (isElementwise(node)) waiting.push(...node.inputs);
    else return undefined;
  }
  return arrays.size === 0 ? undefined : { arrays, scalars };
};
