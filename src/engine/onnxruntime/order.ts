/**
 * The order in which the runtime computes.
 *
 * onnxruntime-node 1.30 has no setting for it. It starts from the last operator whose result nothing uses, computes what
 * that needs, then continues with the one before. By default it computes the gradient of one parameter after the other,
 * each through all microbatches, so that most arrays of a backward pass are in memory at the same time.
 *
 * @module
 */
import type { Node } from '../compiler/graph/node.js';
import type { Target } from './target.js';

/** Makes the runtime compute nodes in this order: their shapes become unused results, which costs nothing. */
export const writeOrder = (targetOf: (node: Node) => Target, order: readonly Node[]): void => {
  order.toReversed().forEach((node, i) => {
    const target = targetOf(node);
    target.add('Shape', [target.name(node)], { output: `order ${i}` });
  });
};
