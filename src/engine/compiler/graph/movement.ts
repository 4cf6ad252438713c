/**
 * Operations that move elements without computing anything, and the rewrites that cancel them.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { broadcast } from './broadcast.js';
import type { Builder } from './builder.js';
import { elementAt } from './lookup.js';
import { isOp, type Node, sameShape, splatValue } from './node.js';

/** The same elements in the same order, under another shape of the same size. */
export const reshape = (graph: Builder, x: Node, shape: readonly number[]): Node => {
  if (sameShape(x.shape, shape)) return x;
  const value = splatValue(x);
  if (value !== undefined) return graph.splat(value, shape, x.dtype);
  if (isOp(x, 'Data')) return graph.constant({ data: x.operation.data, shape, dtype: x.dtype });
  if (isOp(x, 'Reshape')) return reshape(graph, x.inputs[0], shape);
  if (isOp(x, 'Broadcast')) {
    const inner = reshapedBeforeBroadcast(x.inputs[0].shape, x.shape, shape);
    if (inner !== undefined) return broadcast(graph, reshape(graph, x.inputs[0], inner), shape);
  }
  return graph.make({ op: 'Reshape' }, [x], shape, x.dtype);
};

const large = (sizes: readonly number[]): readonly number[] => sizes.filter((size) => size !== 1);

// If `to` differs from `from` in axes of size 1 only: the shape that broadcasts to `to` as `inner` does to `from`.
const reshapedBeforeBroadcast = (
  inner: readonly number[],
  from: readonly number[],
  to: readonly number[],
): readonly number[] | undefined => {
  if (!sameShape(large(from), large(to))) return undefined;
  const aligned = alignedTo(inner, from.length).filter((_, i) => from[i] !== 1);
  let next = 0;
  return to.map((size) => (size === 1 ? 1 : elementAt(aligned, next++)));
};

const alignedTo = (shape: readonly number[], rank: number): readonly number[] => [
  ...Array.from({ length: rank - shape.length }, () => 1),
  ...shape,
];

/** Axis `i` of the result is axis `permutation[i]` of `x`. */
export const transpose = (graph: Builder, x: Node, permutation: readonly number[]): Node => {
  const shape = permutation.map((axis) => elementAt(x.shape, axis));
  const moved = permutation.filter((axis) => x.shape[axis] !== 1);
  if (moved.every((axis, i) => axis > (moved[i - 1] ?? -1))) return reshape(graph, x, shape);
  const value = splatValue(x);
  if (value !== undefined) return graph.splat(value, shape, x.dtype);
  if (isOp(x, 'Transpose')) {
    const inner = x.operation.permutation;
    return transpose(
      graph,
      x.inputs[0],
      permutation.map((axis) => elementAt(inner, axis)),
    );
  }
  if (isOp(x, 'Broadcast')) {
    const whole = reshape(graph, x.inputs[0], alignedTo(x.inputs[0].shape, x.shape.length));
    return broadcast(graph, transpose(graph, whole, permutation), shape);
  }
  return graph.make({ op: 'Transpose', permutation }, [x], shape, x.dtype);
};

/** The block of these sizes that starts at `begin`, or every `steps`-th element of a larger one. */
export const slice = (
  graph: Builder,
  x: Node,
  begin: readonly number[],
  sizes: readonly number[],
  steps: readonly number[] = sizes.map(() => 1),
): Node => {
  if (sameShape(x.shape, sizes)) return x;
  const value = splatValue(x);
  if (value !== undefined) return graph.splat(value, sizes, x.dtype);
  return graph.make({ op: 'Slice', begin, steps }, [x], sizes, x.dtype);
};

/** Adds elements with this value before and after those of each axis. */
export const pad = (
  graph: Builder,
  x: Node,
  before: readonly number[],
  after: readonly number[],
  value: number,
): Node => {
  const shape = x.shape.map((size, i) => size + elementAt(before, i) + elementAt(after, i));
  if (sameShape(x.shape, shape)) return x;
  return splatValue(x) === value
    ? graph.splat(value, shape, x.dtype)
    : graph.make({ op: 'Pad', before, after, value }, [x], shape, x.dtype);
};

/** Joins one or more nodes along an axis. */
export const concatenate = (graph: Builder, pieces: readonly Node[], axis: number): Node => {
  const nonEmpty = pieces.filter(({ shape }) => shape[axis] !== 0);
  const first = nonEmpty[0] ?? elementAt(pieces, 0);
  if (nonEmpty.length <= 1) return first;
  const total = nonEmpty.reduce((sum, { shape }) => sum + elementAt(shape, axis), 0);
  return graph.make({ op: 'Concatenate', axis }, nonEmpty, first.shape.with(axis, total), first.dtype);
};

/** Repeats `x` along each axis. */
export const tile = (graph: Builder, x: Node, repetitions: readonly number[]): Node => {
  const shape = x.shape.map((size, i) => size * elementAt(repetitions, i));
  return repetitions.every((times, i) => times === 1 || x.shape[i] === 1)
    ? broadcast(graph, x, shape)
    : graph.make({ op: 'Tile', repetitions }, [x], shape, x.dtype);
};

/** Reverses the order of elements along these axes. */
export const reverse = (graph: Builder, x: Node, axes: readonly number[]): Node => {
  const real = axes.filter((axis) => x.shape[axis] !== 1);
  if (real.length === 0 || splatValue(x) !== undefined) return x;
  // Transposes move outwards, where they meet others.
  if (isOp(x, 'Transpose')) {
    const { permutation } = x.operation;
    const moved = real.map((axis) => elementAt(permutation, axis));
    return transpose(graph, reverse(graph, x.inputs[0], moved), permutation);
  }
  return graph.make({ op: 'Reverse', axes: real }, [x], x.shape, x.dtype);
};

/** The entries of `x` along `axis` at the int32 `indices`, whose axes take the place of `axis`. */
export const gather = (graph: Builder, x: Node, indices: Node, axis: number): Node => {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const value = splatValue(x);
  return value !== undefined && sizeOf(shape) > 0
    ? graph.splat(value, shape, x.dtype)
    : graph.make({ op: 'Gather', axis }, [x, indices], shape, x.dtype);
};
