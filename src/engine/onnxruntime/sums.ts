/**
 * A product of matrices and what is added to it, a bias or the products of other microbatches, as one operator: the sum
 * then needs no pass of its own.
 *
 * @module
 */
import { isOp, type Node, type NodeOf } from '../compiler/graph/node.js';
import type { FindFusions } from './fusions.js';
import { writeProduct } from './operators.js';
import type { Target } from './target.js';

interface ProductSum {
  readonly product: NodeOf<'MatMul'>;
  readonly added: Node;
}

/** Finds the sums of a product that nothing else uses. Of two products it takes the later: the other is computed by then. */
export const productsInSums: FindFusions = (live, uses) => {
  const sums = new Map<Node, ProductSum>();
  for (const node of live) {
    if (!isOp(node, 'Add') || node.shape.length !== 2 || node.dtype !== 'float32') continue;
    const [a, b] = node.inputs;
    const choices = [
      { product: b, added: a },
      { product: a, added: b },
    ].flatMap(({ product, added }) =>
      isProduct(product, node) && uses.get(product) === 1 && added.shape.length <= 2 ? [{ product, added }] : [],
    );
    const [chosen] = choices.sort((x, y) => y.product.id - x.product.id);
    if (chosen !== undefined) sums.set(node, chosen);
  }
  return {
    writers: new Map([...sums].map(([node, sum]) => [node, (target: Target) => writeSum(target, sum)])),
    absorbed: new Set([...sums.values()].map(({ product }) => product)),
  };
};

const isProduct = (node: Node, sum: Node): node is NodeOf<'MatMul'> =>
  isOp(node, 'MatMul') &&
  node.inputs.every(({ shape }) => shape.length === 2) &&
  node.shape.every((size, axis) => size === sum.shape[axis]);

const writeSum = (target: Target, { product, added }: ProductSum): void => {
  const { transposeA, transposeB } = product.operation;
  writeProduct(target, [...product.inputs, added].map(target.name), [transposeA, transposeB]);
};
