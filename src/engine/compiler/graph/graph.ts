import { sizeOf } from '../../../core/axes.js';
import type { Distribution } from '../../../core/distribution.js';
import type { KeyPath } from '../../../core/key.js';
import { isOp, type Node } from './node.js';

/** Where the values of an input come from on each call. */
export type Source =
  /** The leaf at this position among the arguments. */
  | { readonly kind: 'argument'; readonly position: number }
  /** Drawn from the key of the call. */
  | { readonly kind: 'draw'; readonly path: KeyPath; readonly distribution: Distribution };

export interface GraphInput {
  readonly node: Node;
  readonly source: Source;
}

/** A traced function: one input per argument leaf and per draw, one output per leaf of the result. */
export interface Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly Node[];
}

/**
 * The nodes that the outputs depend on, in order of creation, which is a topological order. The search stops at nodes for
 * which `isGiven` holds.
 */
export const liveNodes = (
  graph: Pick<Graph, 'outputs'>,
  isGiven: (node: Node) => boolean = () => false,
): readonly Node[] => {
  const seen = new Set<Node>();
  const waiting = [...graph.outputs];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (!isGiven(node)) waiting.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
};

/** The number of nodes of each operation. */
export const countOperations = (graph: Graph): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const { operation } of liveNodes(graph)) counts.set(operation.op, (counts.get(operation.op) ?? 0) + 1);
  return Object.fromEntries(counts);
};

/** Floating-point operations of the products and convolutions: two per multiply-accumulate. */
export const flops = (graph: Pick<Graph, 'outputs'>): number =>
  liveNodes(graph).reduce((total, node) => total + 2 * multiplyAccumulates(node), 0);

/** The multiply-accumulates of those products and convolutions in which no factor is a constant, and of all. */
export const leastAndMostMacs = (graph: Graph): readonly [least: number, most: number] => {
  const variable = new Set(graph.inputs.map(({ node }) => node));
  let [least, most] = [0, 0];
  for (const node of liveNodes(graph)) {
    if (node.inputs.some((input) => variable.has(input))) variable.add(node);
    const macs = multiplyAccumulates(node);
    most += macs;
    if (node.inputs.every((input) => variable.has(input))) least += macs;
  }
  return [least, most];
};

const multiplyAccumulates = (node: Node): number => {
  if (isOp(node, 'MatMul')) {
    const [{ shape }] = node.inputs;
    return sizeOf(node.shape) * (shape.at(node.operation.transposeA ? -2 : -1) ?? 1);
  }
  if (isOp(node, 'Convolution')) return sizeOf(node.shape) * sizeOf(node.inputs[1].shape.slice(1));
  if (isOp(node, 'TransposedConvolution')) return sizeOf(node.inputs[0].shape) * sizeOf(node.inputs[1].shape.slice(1));
  return 0;
};
