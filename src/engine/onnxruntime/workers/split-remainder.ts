import { type Graph, liveNodes } from '../../compiler/graph/graph.js';
import { isOp, type Node } from '../../compiler/graph/node.js';
import { type Epilogue, type EpilogueSource, findEpilogues } from '../../compiler/sharding/epilogues.js';
import { isBatchContraction } from '../../compiler/sharding/factored-gradients.js';
import type { ShardedGraph } from '../../compiler/sharding/shard-graph.js';
import type { PartialUses } from './open-shards.js';

/** The remainder of a sharded graph, split between the workers and the engine's own thread. */
export interface SplitRemainder {
  /** The workers compute these. */
  readonly epilogues: readonly Epilogue[];
  /** The products of factors among the inputs of epilogues. */
  readonly products: readonly Node[];
  /** The engine computes this: first the `others`, then the `scalars`. */
  readonly mainGraph: Graph;
  /** Positions of the outputs that no epilogue computes. */
  readonly others: readonly number[];
  /** The scalars that epilogues need. */
  readonly scalars: readonly Node[];
  readonly partialUses: PartialUses;
  /** The position of the argument that an input of the remainder stands for. */
  readonly argumentOf: (node: Node) => number | undefined;
  /** The position of the partial result that an input of the remainder stands for. */
  readonly partialOf: (node: Node) => number | undefined;
}

/** Splits the remainder of a graph with `argumentCount` argument leaves. */
export const splitRemainder = ({ combinations, remainder }: ShardedGraph, argumentCount: number): SplitRemainder => {
  const positions = new Map(
    remainder.inputs.flatMap(({ node, source }) =>
      source.kind === 'argument' ? [[node, source.position] as const] : [],
    ),
  );
  const argumentOf = (node: Node): number | undefined => {
    const position = positions.get(node);
    return position !== undefined && position < argumentCount ? position : undefined;
  };
  const partialOf = (node: Node): number | undefined => {
    const position = positions.get(node);
    return position !== undefined && position >= argumentCount ? position - argumentCount : undefined;
  };
  const isRows = (factor: Node): boolean => combinations[partialOf(factor) ?? -1] === 0;
  const sourceOf = (node: Node): EpilogueSource | undefined => {
    const partial = partialOf(node);
    if (partial !== undefined) return combinations[partial] === 'sum' ? 'sum' : undefined;
    if (isOp(node, 'Input')) return 'argument';
    return isBatchContraction(node) && node.inputs.every(isRows) ? 'product' : undefined;
  };
  const { epilogues, others } = findEpilogues(remainder, sourceOf);
  const products = [...new Set(epilogues.flatMap(({ arrays }) => arrays.filter((array) => isOp(array, 'MatMul'))))];
  const scalars = [...new Set(epilogues.flatMap((epilogue) => epilogue.scalars))];
  const mainGraph = {
    inputs: remainder.inputs,
    outputs: [...others.flatMap((i) => remainder.outputs[i] ?? []), ...scalars],
  };
  return {
    epilogues,
    products,
    mainGraph,
    others,
    scalars,
    partialUses: {
      returned: new Set(liveNodes(mainGraph).map(partialOf)),
      exchanged: new Set(epilogues.flatMap((epilogue) => epilogue.arrays.map(partialOf))),
      products: products.flatMap(({ inputs: [first, second] }) => {
        const [left, right] = [first && partialOf(first), second && partialOf(second)];
        return left === undefined || right === undefined ? [] : [[left, right] as const];
      }),
    },
    argumentOf,
    partialOf,
  };
};
