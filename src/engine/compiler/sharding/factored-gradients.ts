/**
 * Gradients that are larger than their factors. The gradient of a head's weights, `[row, image] × [image, column]`, can be many
 * times as large as the two matrices. Shards then exchange the factors instead of a partial sum of the product, and each
 * thread computes some rows of the product for the whole batch.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { isOp, type Node } from '../graph/node.js';
import type { Sharding } from './propagation.js';

// In elements. A smaller product stays in the cache, so that exchanging factors gains nothing.
const LARGE = 2 ** 19;

/** Whether a node is a gradient to exchange as its factors. */
export const isSmallerAsFactors = (node: Node, shardingOf: (factor: Node) => Sharding | undefined): boolean =>
  isBatchContraction(node) &&
  node.inputs.every((factor) => shardingOf(factor) === 0) &&
  sizeOf(node.shape) >= LARGE &&
  sizeOf(node.shape) >= node.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Whether a node is a product of two matrices that contracts their first axes. */
export const isBatchContraction = (node: Node): boolean =>
  isOp(node, 'MatMul') &&
  node.operation.transposeA &&
  !node.operation.transposeB &&
  node.inputs.every(({ shape }) => shape.length === 2);
