/**
 * How outputs leave the runtime: large ones in pieces.
 *
 * onnxruntime-node 1.30 copies every output into a new buffer. The C library returns blocks above 32 MB to the system and
 * requests new, zeroed pages on every call, which costs ten times as much as the copy. Smaller blocks are reused.
 *
 * @module
 */
import { sizeOf } from '../../core/axes.js';
import { isOp, type Node, type NodeOf } from '../compiler/graph/node.js';
import { writeProduct } from './operators.js';
import type { Target } from './target.js';

/** A range of an output, in elements. */
export interface Piece {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

const PIECE_BYTES = 24e6;

const bytesOf = (node: Node): number => sizeOf(node.shape) * (node.dtype === 'bool' ? 1 : 4);

/** Whether an output leaves in one piece. */
export const isOnePiece = (node: Node): boolean => bytesOf(node) <= PIECE_BYTES;

/**
 * Writes an output and returns its pieces, in order. A single piece has the shape of the output. It is the node itself if
 * that has the name of the output, else a copy: the node may be an input, a constant, or another output.
 */
export const writeOutput = (target: Target, node: Node, name: string): readonly Piece[] => {
  if (target.portable || isOnePiece(node)) {
    if (target.name(node) !== name) target.add('Identity', [target.name(node)], { output: name });
    return [{ name, offset: 0, shape: node.shape }];
  }
  const count = Math.ceil(bytesOf(node) / PIECE_BYTES);
  const flat = target.add('Reshape', [target.name(node), target.integers([-1])], { output: `${name} flat` });
  return rangesOf(sizeOf(node.shape), count).map(([from, to], i) => {
    const ends = [target.integers([from]), target.integers([to])];
    const piece = target.add('Slice', [flat, ...ends], { output: `${name}.${i}` });
    return { name: piece, offset: from, shape: [to - from] };
  });
};

/**
 * Whether an output can be computed piece by piece: a product of two matrices that nothing else uses, such as the gradient
 * of a weight. The whole product then never exists in the runtime, and is not copied.
 */
export const isMadeInPieces = (node: Node, uses: number): node is NodeOf<'MatMul'> =>
  uses === 1 &&
  isOp(node, 'MatMul') &&
  node.inputs.every(({ shape }) => shape.length === 2) &&
  bytesOf(node) > PIECE_BYTES;

/** Writes such a product, a few of its rows at a time. */
export const writeProductInPieces = (target: Target, node: NodeOf<'MatMul'>, name: string): readonly Piece[] => {
  const [left, right] = node.inputs;
  const { transposeA, transposeB } = node.operation;
  const [rows = 0, columns = 0] = node.shape;
  const axis = target.integers([transposeA ? 1 : 0]);
  return rangesOf(rows, Math.ceil(bytesOf(node) / PIECE_BYTES)).map(([from, to], i) => {
    const ends = [target.integers([from]), target.integers([to])];
    const slice = target.add('Slice', [target.name(left), ...ends, axis], { output: `${name}.${i} left` });
    const operands = [slice, target.name(right)];
    const piece = writeProduct(target, operands, [transposeA, transposeB], { output: `${name}.${i}` });
    return { name: piece, offset: from * columns, shape: [to - from, columns] };
  });
};

const rangesOf = (length: number, count: number): readonly (readonly [from: number, to: number])[] => {
  const step = Math.ceil(length / count);
  return Array.from({ length: count }, (_, i) => [i * step, Math.min(length, (i + 1) * step)] as const);
};
