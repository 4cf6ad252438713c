/**
 * Data parallelism: divides a graph along the batch into a shard, which each thread runs on its own images, and a remainder,
 * which runs once on their combined results.
 *
 * @module
 */
import { builder } from '../graph/builder.js';
import { flops, type Graph, type GraphInput, liveNodes } from '../graph/graph.js';
import { valueFor } from '../graph/lookup.js';
import type { Node } from '../graph/node.js';
import { cloneSubgraph, isUniformAlong, resizeUniform } from './clone-subgraph.js';
import { isSmallerAsFactors } from './factored-gradients.js';
import { propagate, type Sharding, shardShape, sliceAxis } from './propagation.js';

export interface ShardInput extends GraphInput {
  /** The images of the shard that a split input holds. Other inputs are passed whole. */
  readonly range?: { readonly first: number; readonly images: number };
}

/** A graph for some images of the batch. Its outputs are partial results. */
export interface Shard extends Graph {
  readonly inputs: readonly ShardInput[];
}

/** How the partial results of all shards become one value: concatenated along an axis, or summed. */
export type Combination = number | 'sum';

export interface ShardedGraph {
  readonly batch: number;
  /** One for each output of a shard. */
  readonly combinations: readonly Combination[];
  readonly shard: (images: number) => Shard;
  /** Its arguments are those of the function, then the combined results of the shards. */
  readonly remainder: Graph;
}

// The remainder runs on one thread while the others wait.
const SMALLEST_SHARDED_SHARE = 0.9;

type Shardings = ReadonlyMap<Node, Sharding>;
type IsSplitInput = (input: GraphInput) => boolean;

/**
 * Shards a graph with `argumentCount` argument leaves. Those at the `split` positions have the batch as their first axis.
 * `undefined` if too much of the work would be left to the remainder, or all of it.
 */
export const shardGraph = (
  graph: Graph,
  argumentCount: number,
  split: ReadonlySet<number>,
  batch: number,
): ShardedGraph | undefined => {
  const isSplitInput: IsSplitInput = ({ node, source }) => {
    if (source.kind === 'argument') return split.has(source.position);
    const [length = 0] = node.shape;
    return length > 0 && length % batch === 0;
  };
  const shardings = shardingsIn(graph, isSplitInput, batch);
  const deferred = liveNodes(graph).filter((node) => !shardings.has(node));
  const needed = new Set([...graph.outputs, ...deferred.flatMap((node) => node.inputs)]);
  const partials = [...needed].flatMap((node) => {
    const sharding = shardings.get(node);
    if (sharding === undefined || sharding === 'replicated') return [];
    return [{ node, combination: sharding === 'partial-sum' ? 'sum' : sharding } as const];
  });
  const results = partials.map(({ node }) => node);
  if (results.length === 0) return undefined;
  const factored = deferred.filter((node) => isSmallerAsFactors(node, (factor) => shardings.get(factor)));
  if (flops({ outputs: [...results, ...factored] }) < SMALLEST_SHARDED_SHARE * flops(graph)) return undefined;
  return {
    batch,
    combinations: partials.map(({ combination }) => combination),
    shard: (images) => shardOf(graph, results, shardings, isSplitInput, batch, images),
    remainder: remainderOf(graph, results, argumentCount),
  };
};

// Nodes without an entry belong to the remainder.
const shardingsIn = (graph: Graph, isSplitInput: IsSplitInput, batch: number): Shardings => {
  const shardings = new Map<Node, Sharding>(
    graph.inputs.map((input) => [input.node, isSplitInput(input) ? 0 : 'replicated']),
  );
  const shardingOf = (node: Node): Sharding => valueFor(shardings, node);
  for (const node of liveNodes(graph)) {
    if (shardings.has(node) || !node.inputs.every((input) => shardings.has(input))) continue;
    if (node.inputs.every((input) => shardingOf(input) === 'replicated')) shardings.set(node, 'replicated');
    else if (!isSmallerAsFactors(node, shardingOf)) {
      const sharding = propagate(node, { batch, shardingOf, canSlice: isUniformAlong });
      if (sharding !== undefined) shardings.set(node, sharding);
    }
  }
  return shardings;
};

const shardOf = (
  graph: Graph,
  results: readonly Node[],
  shardings: Shardings,
  isSplitInput: IsSplitInput,
  batch: number,
  images: number,
): Shard => {
  const make = builder();
  const clones = new Map<Node, Node>();
  const inputs = graph.inputs.map((input): ShardInput => {
    const split = isSplitInput(input);
    const { shape, dtype } = input.node;
    const node = make.input(split ? shardShape(shape, 0, batch, images) : shape, dtype);
    clones.set(input.node, node);
    return split ? { ...input, node, range: { first: 0, images } } : { ...input, node };
  });
  for (const node of liveNodes({ outputs: results })) {
    if (clones.has(node)) continue;
    const sharding = valueFor(shardings, node);
    const shape = typeof sharding === 'number' ? shardShape(node.shape, sharding, batch, images) : node.shape;
    const operands = node.inputs.map((input, position) => {
      const clone = valueFor(clones, input);
      const axis = shardings.get(input) === 'replicated' ? sliceAxis(node, position, sharding) : undefined;
      return axis === undefined ? clone : resizeUniform(make, clone, shardShape(input.shape, axis, batch, images));
    });
    clones.set(node, make.make(node.operation, operands, shape, node.dtype));
  }
  return { inputs, outputs: results.map((result) => valueFor(clones, result)) };
};

const remainderOf = (graph: Graph, results: readonly Node[], argumentCount: number): Graph => {
  const make = builder();
  const clones = new Map<Node, Node>();
  const inputFor = (node: Node): Node => {
    const input = make.input(node.shape, node.dtype);
    clones.set(node, input);
    return input;
  };
  const given = graph.inputs.map((input): GraphInput => ({ ...input, node: inputFor(input.node) }));
  const combined = results.map(
    (node, i): GraphInput => ({ node: inputFor(node), source: { kind: 'argument', position: argumentCount + i } }),
  );
  return { outputs: cloneSubgraph(make, graph.outputs, clones), inputs: [...given, ...combined] };
};
