/**
 * Splits a shard into microbatches: a few images at a time, one microbatch after the other within the graph, so that the arrays of
 * attention stay in the cache. Products of few rows, as in the head, are not split: each microbatch would read their weights
 * again. Each microbatch adds to the gradients of the weights at once, so that its arrays can be freed before the next one
 * begins.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { builder } from '../graph/builder.js';
import { binary } from '../graph/elementwise.js';
import { liveNodes } from '../graph/graph.js';
import { elementAt, valueFor } from '../graph/lookup.js';
import { concatenate, slice } from '../graph/movement.js';
import { isOp, type Node } from '../graph/node.js';
import { isUniformAlong, resizeUniform } from './clone-subgraph.js';
import { propagate, type Sharding, shardShape, sliceAxis } from './propagation.js';
import type { Shard, ShardInput } from './shard-graph.js';

// With fewer rows, reading the other matrix takes longer than computing the product.
const ROWS_OF_A_PRODUCT = 64;

export interface MicrobatchedShard extends Shard {
  /** The nodes to compute early, in this order: the running sums over images, microbatch by microbatch. */
  readonly order: readonly Node[];
}

/** The same shard with its `images` in `count` microbatches. Each split input becomes one input per microbatch. */
export const splitIntoMicrobatches = (shard: Shard, images: number, count: number): MicrobatchedShard => {
  const make = builder();
  const shardings = shardingsIn(shard, images, count);
  const size = images / count;
  const microbatches = Array.from({ length: count }, (_, i) => i);
  const inputs: ShardInput[] = [];
  // What each node of the shard became: one node per microbatch, or one for all.
  const pieces = new Map<Node, readonly Node[]>();
  const wholes = new Map<Node, Node>();
  // The running sum after each microbatch.
  const runningSums = new Map<Node, readonly Node[]>();

  const wholeOf = (node: Node): Node => {
    const known = wholes.get(node);
    if (known !== undefined) return known;
    const sharding = valueFor(shardings, node);
    const whole = typeof sharding === 'number' ? concatenate(make, valueFor(pieces, node), sharding) : sumOf(node);
    wholes.set(node, whole);
    return whole;
  };
  const sumOf = (node: Node): Node => {
    const sums: Node[] = [];
    for (const next of valueFor(pieces, node)) {
      const sum = sums.at(-1);
      sums.push(sum === undefined ? next : binary(make, 'Add', sum, next));
    }
    runningSums.set(node, sums);
    return elementAt(sums, count - 1);
  };
  const sliceOf = (node: Node, axis: number, i: number): Node => {
    const shape = shardShape(node.shape, axis, images, size);
    if (isUniformAlong(node, axis)) return resizeUniform(make, wholeOf(node), shape);
    const begin = shape.map((length, at) => (at === axis ? i * length : 0));
    return slice(make, wholeOf(node), begin, shape);
  };
  const pieceOf = (node: Node, i: number): Node => {
    const sharding = valueFor(shardings, node);
    const operands = node.inputs.map((input, position) => {
      if (shardings.get(input) !== 'replicated') return elementAt(valueFor(pieces, input), i);
      const axis = sliceAxis(node, position, sharding);
      return axis === undefined ? wholeOf(input) : sliceOf(input, axis, i);
    });
    const shape = typeof sharding === 'number' ? shardShape(node.shape, sharding, images, size) : node.shape;
    return make.make(node.operation, operands, shape, node.dtype);
  };

  for (const input of shard.inputs) {
    const { node, range } = input;
    if (range === undefined) {
      const whole = make.input(node.shape, node.dtype);
      wholes.set(node, whole);
      inputs.push({ ...input, node: whole });
    } else {
      const own = microbatches.map(() => make.input(shardShape(node.shape, 0, images, size), node.dtype));
      pieces.set(node, own);
      for (const [i, piece] of own.entries()) {
        inputs.push({ ...input, node: piece, range: { first: range.first + i * size, images: size } });
      }
    }
  }
  for (const node of liveNodes(shard)) {
    if (wholes.has(node) || pieces.has(node)) continue;
    if (shardings.get(node) === 'replicated') {
      wholes.set(node, make.make(node.operation, node.inputs.map(wholeOf), node.shape, node.dtype));
    } else {
      const made = microbatches.map((i) => pieceOf(node, i));
      pieces.set(node, made);
    }
  }
  const outputs = shard.outputs.map(wholeOf);
  const sums = [...runningSums].sort(([a], [b]) => a.id - b.id);
  const order = microbatches.flatMap((i) => sums.map(([, after]) => elementAt(after, i)));
  return { inputs, outputs, order };
};

// In bytes; README.md of the compiler says how it was measured.
const LARGEST_IN_CACHE = 1.7e6;

/** The number of microbatches of equal size: the smallest for which the largest array of a microbatch stays in the cache. */
export const microbatchCount = (shard: Shard, images: number, largest = LARGEST_IN_CACHE): number => {
  const bytes = bytesOfLargest(shard, images);
  const counts = Array.from({ length: images }, (_, i) => i + 1).filter((count) => images % count === 0);
  return counts.find((count) => bytes / count <= largest) ?? images;
};

/** How many images a microbatch has if it is not limited by the shard, given a shard of one image. */
export const microbatchSize = (shard: Shard): number =>
  Math.max(1, Math.floor(LARGEST_IN_CACHE / bytesOfLargest(shard, 1)));

const bytesOfLargest = (shard: Shard, images: number): number => {
  const shardings = shardingsIn(shard, images, 1);
  return Math.max(
    ...liveNodes(shard).map((node) => (typeof shardings.get(node) === 'number' ? 4 * sizeOf(node.shape) : 0)),
  );
};

// A replicated node is computed once for all microbatches.
const shardingsIn = (shard: Shard, images: number, count: number): ReadonlyMap<Node, Sharding> => {
  const shardings = new Map<Node, Sharding>(
    shard.inputs.map(({ node, range }) => [node, range === undefined ? 'replicated' : 0]),
  );
  const shardingOf = (node: Node): Sharding => valueFor(shardings, node);
  const context = { batch: images, shardingOf, canSlice: () => true };
  for (const node of liveNodes(shard)) {
    if (shardings.has(node)) continue;
    const isSharded = node.inputs.some((input) => shardingOf(input) !== 'replicated');
    const pays = !isOp(node, 'MatMul') || rowsOf(node, shardingOf) / count >= ROWS_OF_A_PRODUCT;
    shardings.set(node, (isSharded && pays ? propagate(node, context) : undefined) ?? 'replicated');
  }
  return shardings;
};

// The number of rows (or columns) of all images that meet the other matrix.
const rowsOf = ({ inputs, shape }: Node, shardingOf: (node: Node) => Sharding): number => {
  if (shape.length > 2) return Number.POSITIVE_INFINITY;
  for (const input of inputs) {
    const axis = shardingOf(input);
    if (typeof axis === 'number') return elementAt(input.shape, axis);
  }
  return Number.POSITIVE_INFINITY;
};
