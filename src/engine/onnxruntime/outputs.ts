/**
 * How outputs leave the runtime: the big ones in pieces.
 *
 * onnxruntime-node 1.30 copies every output into a new buffer. The C library gives blocks above 32 MB back to the system
 * and asks for fresh, zeroed pages on every call, which costs ten times the copy; below, it reuses them.
 *
 * @module
 */
import { sizeOf } from '../../core/axes.js';
import { isOp, type Node } from '../compiler/graph/node.js';
import { type Target, writeProduct } from './operators.js';

/** A stretch of an output, in elements. */
export interface Piece {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

const PIECE_BYTES = 24e6;

const bytesOf = (node: Node): number => sizeOf(node.shape) * (node.dtype === 'bool' ? 1 : 4);

/** Writes an output and answers its pieces, in order; one piece has the shape of the output. */
export type WriteOutput = (target: Target, node: Node, name: string) => readonly Piece[];

/** Whether an output leaves as it is. */
export const isOnePiece = (node: Node): boolean => bytesOf(node) <= PIECE_BYTES;

/** An output is the node itself if it is called so, else a copy: the node may be an input or a constant, or another output. */
export const writeOutput: WriteOutput = (target, node, name) => {
  if (isOnePiece(node)) {
    if (target.name(node) !== name) target.add('Identity', [target.name(node)], { output: name });
    return [{ name, offset: 0, shape: node.shape }];
  }
  const count = Math.ceil(bytesOf(node) / PIECE_BYTES);
  const flat = target.add('Reshape', [target.name(node), target.integers([-1])], { output: `${name} flat` });
  return stretches(sizeOf(node.shape), count).map(([from, to], i) => {
    const ends = [target.integers([from]), target.integers([to])];
    const piece = target.add('Slice', [flat, ...ends], { output: `${name}.${i}` });
    return { name: piece, offset: from, shape: [to - from] };
  });
};

/**
 * Whether an output can be computed piece by piece: a product of two matrices that nothing else uses, as the gradient of a
 * weight is. It is then never there as a whole, and not copied once more.
 */
export const isMadeInPieces = (node: Node, uses: number): boolean =>
  uses === 1 &&
  isOp(node, 'MatMul') &&
  node.inputs.every(({ shape }) => shape.length === 2) &&
  bytesOf(node) > PIECE_BYTES;

/** Writes such a product: a few rows of the left matrix at a time. */
export const writeProductInPieces: WriteOutput = (target, node, name) => {
  const [left, right] = node.inputs as readonly [Node, Node];
  const { transposeA, transposeB } = node.operation as Extract<Node['operation'], { op: 'MatMul' }>;
  const [rows, columns] = node.shape as readonly [number, number];
  const axis = target.integers([transposeA ? 1 : 0]);
  return stretches(rows, Math.ceil(bytesOf(node) / PIECE_BYTES)).map(([from, to], i) => {
    const ends = [target.integers([from]), target.integers([to])];
    const part = target.add('Slice', [target.name(left), ...ends, axis], { output: `${name}.${i} left` });
    const operands = [part, target.name(right)];
    const piece = writeProduct(target, operands, [transposeA, transposeB], { output: `${name}.${i}` });
    return { name: piece, offset: from * columns, shape: [to - from, columns] };
  });
};

const stretches = (length: number, count: number): readonly (readonly [from: number, to: number])[] => {
  const step = Math.ceil(length / count);
  return Array.from({ length: count }, (_, i) => [i * step, Math.min(length, (i + 1) * step)] as const);
};
