import type { Builder } from '../graph/builder.js';
import { liveNodes } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';

/** The outputs and what they need, made anew; `known` has those nodes that stand for others, and gets all. */
export const copied = (make: Builder, outputs: readonly Node[], known: Map<Node, Node>): readonly Node[] => {
  for (const node of liveNodes({ outputs }, (met) => known.has(met))) {
    if (known.has(node)) continue;
    const inputs = node.inputs.map((input) => known.get(input)!);
    known.set(node, make.make(node.operation, inputs, node.shape, node.dtype));
  }
  return outputs.map((output) => known.get(output)!);
};

/** Whether a node is the same all along an axis and costs nothing, so that any length of it can be made. */
export const isRepeated = (node: Node, axis: number): boolean => {
  if (isOp(node, 'Splat')) return true;
  if (!isOp(node, 'Broadcast')) return false;
  const [input] = node.inputs as readonly [Node];
  const own = axis - (node.shape.length - input.shape.length);
  return own < 0 || input.shape[own] === 1;
};

/** A repeated node of another shape; `input` is the copy of what it repeats. */
export const repeatedAs = (make: Builder, node: Node, input: Node | undefined, shape: readonly number[]): Node =>
  make.make(node.operation, input === undefined ? [] : [input], shape, node.dtype);
