/**
 * Sums over images that are better handed over as their factors. The gradient of a head's weights, `[row, image] × [image, column]`, is
 * many times as large as what it is the product of; so threads exchange the factors, and each makes some rows of the product for
 * the whole batch, where half of the images would give it all rows of a part.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { isOp, type Node } from '../graph/node.js';
import type { Placement } from './propagation.js';

// Below this many elements there is nothing to gain: the product stays in the cache.
const LARGE = 2 ** 19;

/** Whether a node is such a product. */
export const isSmallerInFactors = (
  node: Node,
  placementOf: (factor: Node) => Placement | 'after' | undefined,
): boolean =>
  isProductOverImages(node) &&
  node.inputs.every((factor) => placementOf(factor) === 0) &&
  sizeOf(node.shape) >= LARGE &&
  sizeOf(node.shape) >= 2 * node.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Whether a node is a product of two matrices over their first axes. */
export const isProductOverImages = (node: Node): boolean =>
  isOp(node, 'MatMul') &&
  node.operation.transposeA &&
  !node.operation.transposeB &&
  node.inputs.every(({ shape }) => shape.length === 2);
