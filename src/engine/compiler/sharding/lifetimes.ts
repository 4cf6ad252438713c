/**
 * How long the arrays of a graph are in memory, if a runtime frees each after its last use. From this follows the peak, before anything
 * runs.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { Graph } from '../graph/graph.js';
import { valueFor } from '../graph/lookup.js';
import { isOp, type Node } from '../graph/node.js';

/** An array, and the first and last step in which it exists. A step computes one node. */
export interface Lifetime {
  readonly node: Node;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

export const bytesOf = ({ shape, dtype }: Pick<Node, 'shape' | 'dtype'>): number =>
  sizeOf(shape) * (dtype === 'bool' ? 1 : 4);

/**
 * The arrays that a graph computes, if the nodes in `order` are computed first. Inputs are not among them: they belong to the caller. A
 * reshaped array is the same one, and an elementwise operation writes over an input that nothing needs later, if there is one.
 */
export const lifetimes = (graph: Pick<Graph, 'outputs'>, order: readonly Node[] = []): readonly Lifetime[] => {
  const steps = stepsOf([...order, ...graph.outputs]);
  const storages = new Map<Node, Node>();
  const lastUses = new Map<Node, number>();
  const storageOf = (node: Node): Node => valueFor(storages, node);
  for (const [node, step] of steps) {
    const [first] = node.inputs;
    storages.set(node, isOp(node, 'Reshape') && first !== undefined ? storageOf(first) : node);
    for (const input of node.inputs) lastUses.set(storageOf(input), step);
  }
  for (const output of graph.outputs) lastUses.set(storageOf(output), steps.size);
  const ends = new Map(lastUses);
  for (const [node, step] of steps) {
    if (movesElements.has(node.operation.op)) continue;
    const over = node.inputs
      .map(storageOf)
      .find((input) => !isGiven(input) && lastUses.get(input) === step && bytesOf(input) === bytesOf(node));
    if (over !== undefined) ends.set(over, step - 1);
  }
  return [...steps].flatMap(([node, from]) =>
    isGiven(node) || storageOf(node) !== node ? [] : [{ node, bytes: bytesOf(node), from, to: ends.get(node) ?? from }],
  );
};

/** The largest number of bytes at a time, the step in which that is, and the arrays that exist then. */
export const peakOf = (
  arrays: readonly Lifetime[],
): { readonly bytes: number; readonly at: number; readonly arrays: readonly Lifetime[] } => {
  const changes = new Map<number, number>();
  const change = (step: number, bytes: number): void => void changes.set(step, (changes.get(step) ?? 0) + bytes);
  for (const { bytes, from, to } of arrays) {
    change(from, bytes);
    change(to + 1, -bytes);
  }
  let [sum, most, at] = [0, 0, 0];
  for (const [step, bytes] of [...changes].sort(([a], [b]) => a - b)) {
    sum += bytes;
    if (sum > most) [most, at] = [sum, step];
  }
  return { bytes: most, at, arrays: arrays.filter(({ from, to }) => from <= at && at <= to) };
};

// All others can write element by element over what they read.
const movesElements: ReadonlySet<Node['operation']['op']> = new Set([
  'Input',
  'Splat',
  'Data',
  'Reshape',
  'Broadcast',
  'Transpose',
  'Slice',
  'Pad',
  'Concatenate',
  'Tile',
  'Reverse',
  'Gather',
  'ReduceSum',
  'ReduceProduct',
  'ReduceMaximum',
  'ReduceMinimum',
  'ArgMaximum',
  'ArgMinimum',
  'CumulativeSum',
  'MatMul',
]);

/** Whether a node is no array that the graph computes: a known scalar, a constant or an argument. */
export const isGiven = (node: Node): boolean =>
  isOp(node, 'Input') || isOp(node, 'Data') || (isOp(node, 'Splat') && node.shape.length === 0);

/** Each node with the step in which it is computed: what the first root needs, then what the second needs besides, and so on. */
export const stepsOf = (roots: readonly Node[]): ReadonlyMap<Node, number> => {
  const steps = new Map<Node, number>();
  for (const root of roots) {
    const waiting = [{ node: root, isReady: false }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, isReady } = next;
      if (steps.has(node)) continue;
      if (isReady) steps.set(node, steps.size);
      else {
        waiting.push({ node, isReady: true });
        for (const input of node.inputs.toReversed()) waiting.push({ node: input, isReady: false });
      }
    }
  }
  return steps;
};
