import { broadcast, broadcastShape } from './broadcast.js';
import type { Builder } from './builder.js';
import { elementAt } from './lookup.js';
import { isOp, type Node, sameShape } from './node.js';

/** The matrix product over the last two axes; leading axes broadcast. Transposes of the two matrices become attributes. */
export const matMul = (graph: Builder, a: Node, b: Node, transposeA: boolean, transposeB: boolean): Node => {
  const left = absorbed(graph, a, transposeA);
  const right = absorbed(graph, b, transposeB);
  const [rows] = matrixSizes(left);
  const [, columns] = matrixSizes(right);
  const shape = [...broadcastShape(left.node.shape.slice(0, -2), right.node.shape.slice(0, -2)), rows, columns];
  const product = graph.make(
    { op: 'MatMul', transposeA: left.transposed, transposeB: right.transposed },
    [left.node, right.node],
    shape,
    a.dtype,
  );
  return broadcast(graph, product, [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns]);
};

interface Operand {
  readonly node: Node;
  readonly transposed: boolean;
}

const matrixSizes = ({ node, transposed }: Operand): readonly [number, number] => {
  const [rows, columns] = [elementAt(node.shape, node.shape.length - 2), elementAt(node.shape, node.shape.length - 1)];
  return transposed ? [columns, rows] : [rows, columns];
};

// Drops transposes of the matrix, which become an attribute, and broadcasts of the leading axes, which are implicit.
const absorbed = (graph: Builder, node: Node, transposed: boolean): Operand => {
  const rank = node.shape.length;
  if (isOp(node, 'Transpose')) {
    const { permutation } = node.operation;
    const swapsMatrix = permutation.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
    if (swapsMatrix) return absorbed(graph, node.inputs[0], !transposed);
  }
  if (isOp(node, 'Broadcast')) {
    const [inner] = node.inputs;
    if (inner.shape.length >= 2 && sameShape(inner.shape.slice(-2), node.shape.slice(-2))) {
      return absorbed(graph, inner, transposed);
    }
  }
  return { node, transposed };
};
