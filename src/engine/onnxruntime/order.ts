/**
 * In which order the runtime computes.
 *
 * onnxruntime-node 1.30 has no setting for it. It begins with the last of the operators that nothing uses and makes what that
 * needs, then with the one before. Left to itself it takes one parameter's gradient after the other, through all
 * slices, and most arrays of a backward pass are in memory together.
 *
 * @module
 */
import type { Node } from '../compiler/graph/node.js';
import type { Target } from './operators.js';

/** Has nodes computed in this order: each is asked for its shape, which costs nothing, and which nobody uses. */
export const writeOrder = (targetOf: (node: Node) => Target, order: readonly Node[]): void => {
  order.toReversed().forEach((node, i) => {
    const target = targetOf(node);
    target.add('Shape', [target.name(node)], { output: `order ${i}` });
  });
};
