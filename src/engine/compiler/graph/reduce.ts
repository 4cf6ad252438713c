import { sizeOf } from '../../../core/axes.js';
import { broadcast } from './broadcast.js';
import type { Builder } from './builder.js';
import { binary, unary } from './elementwise.js';
import { elementAt } from './lookup.js';
import { reshape } from './movement.js';
import { isOp, type Node, type NodeOf, type Reduction, sameShape, splatValue } from './node.js';

/** Reduces over axes, which remain with size 1 (`keep`) or are removed. */
export const reduce = (graph: Builder, op: Reduction, x: Node, axes: readonly number[], keep: boolean): Node => {
  const result = reduced(
    graph,
    op,
    x,
    [...axes].sort((a, b) => a - b),
  );
  return keep
    ? result
    : reshape(
        graph,
        result,
        x.shape.filter((_, i) => !axes.includes(i)),
      );
};

const reduced = (graph: Builder, op: Reduction, x: Node, axes: readonly number[]): Node => {
  const shape = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  if (sameShape(x.shape, shape)) return x;
  const value = splatValue(x);
  if (value !== undefined && op !== 'ReduceProduct' && sizeOf(x.shape) > 0) {
    return graph.splat(op === 'ReduceSum' ? value * (sizeOf(x.shape) / sizeOf(shape)) : value, shape, x.dtype);
  }
  if (isOp(x, 'Broadcast') && op !== 'ReduceProduct') return reducedBroadcast(graph, op, x, axes, shape);
  if (op === 'ReduceSum' && isOp(x, 'Negate')) return unary(graph, 'Negate', reduced(graph, op, x.inputs[0], axes));
  if (op === 'ReduceSum' && isOp(x, 'Multiply') && splatValue(x.inputs[1]) !== undefined) {
    return binary(graph, 'Multiply', reduced(graph, op, x.inputs[0], axes), x.inputs[1]);
  }
  return graph.make({ op, axes }, [x], shape, x.dtype);
};

// Reduces the input of the broadcast; a sum is multiplied by the number of repetitions.
const reducedBroadcast = (
  graph: Builder,
  op: Reduction,
  x: NodeOf<'Broadcast'>,
  axes: readonly number[],
  shape: readonly number[],
): Node => {
  const [inner] = x.inputs;
  const aligned = reshape(graph, inner, [
    ...Array.from({ length: x.shape.length - inner.shape.length }, () => 1),
    ...inner.shape,
  ]);
  const repeated = axes.filter((axis) => aligned.shape[axis] === 1);
  const times = op === 'ReduceSum' ? sizeOf(repeated.map((axis) => elementAt(x.shape, axis))) : 1;
  const real = axes.filter((axis) => aligned.shape[axis] !== 1);
  const result = reduced(graph, op, aligned, real);
  return broadcast(graph, binary(graph, 'Multiply', result, graph.splat(times, [], x.dtype)), shape);
};
