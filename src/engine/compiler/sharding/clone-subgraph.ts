import type { Builder } from '../graph/builder.js';
import { liveNodes } from '../graph/graph.js';
import { valueFor } from '../graph/lookup.js';
import { isOp, type Node } from '../graph/node.js';

/**
 * Clones the outputs and the nodes they depend on. `clones` holds the nodes that are already replaced, and receives every
 * clone.
 */
export const cloneSubgraph = (make: Builder, outputs: readonly Node[], clones: Map<Node, Node>): readonly Node[] => {
  for (const node of liveNodes({ outputs }, (met) => clones.has(met))) {
    if (clones.has(node)) continue;
    const inputs = node.inputs.map((input) => valueFor(clones, input));
    clones.set(node, make.make(node.operation, inputs, node.shape, node.dtype));
  }
  return outputs.map((output) => valueFor(clones, output));
};

/** Whether a node has equal entries along an axis and costs nothing, so that it can be made in any length. */
export const isUniformAlong = (node: Node, axis: number): boolean => {
  if (isOp(node, 'Splat')) return true;
  if (!isOp(node, 'Broadcast')) return false;
  const [input] = node.inputs;
  const inputAxis = axis - (node.shape.length - input.shape.length);
  return inputAxis < 0 || input.shape[inputAxis] === 1;
};

/** A uniform node in another shape. */
export const resizeUniform = (make: Builder, { operation, inputs, dtype }: Node, shape: readonly number[]): Node =>
  make.make(operation, inputs, shape, dtype);
