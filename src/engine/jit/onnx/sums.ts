/**
 * A product of matrices and what is added to it, a bias or the products of other slices, as one operator: the sum is then
 * no pass of its own.
 *
 * @module
 */
import { isOp, type Node } from '../graph/node.js';
import { type Target, writeProduct } from './operators.js';

export interface ProductSum {
  readonly product: Node;
  readonly added: Node;
}

export interface ProductSums {
  /** The sums that are written with the product inside. */
  readonly terms: ReadonlyMap<Node, ProductSum>;
  /** The products that are not written by themselves. */
  readonly products: ReadonlySet<Node>;
}

/** Finds the sums of a product that nothing else uses. Of two products the later one is taken: the other is there by then. */
export const productsInSums = (live: readonly Node[], uses: ReadonlyMap<Node, number>): ProductSums => {
  const terms = new Map<Node, ProductSum>();
  for (const node of live) {
    if (!isOp(node, 'Add') || node.shape.length !== 2 || node.dtype !== 'float32') continue;
    const [a, b] = node.inputs as readonly [Node, Node];
    const choices = [
      { product: b, added: a },
      { product: a, added: b },
    ].filter(({ product, added }) => isProduct(product, node) && uses.get(product) === 1 && added.shape.length <= 2);
    const [chosen] = choices.sort((x, y) => y.product.id - x.product.id);
    if (chosen !== undefined) terms.set(node, chosen);
  }
  return { terms, products: new Set([...terms.values()].map(({ product }) => product)) };
};

const isProduct = (node: Node, sum: Node): boolean =>
  isOp(node, 'MatMul') &&
  node.inputs.every(({ shape }) => shape.length === 2) &&
  node.shape.every((size, axis) => size === sum.shape[axis]);

/** Writes such a sum. */
export const writeSum = (target: Target, { product, added }: ProductSum): void => {
  const { transposeA, transposeB } = product.operation as Extract<Node['operation'], { op: 'MatMul' }>;
  writeProduct(target, [...product.inputs, added].map(target.name), [transposeA, transposeB]);
};
