import type { Builder } from './builder.js';
import { isOp, type Node, sameShape, splatValue } from './node.js';

/** The common shape of operands, aligned at the last axis. Throws what tfjs's kernels throw if there is none. */
export const broadcastShape = (...shapes: readonly (readonly number[])[]): readonly number[] => {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) =>
    shapes.reduce((size, shape) => {
      const own = shape[i - rank + shape.length] ?? 1;
      if (size !== 1 && own !== 1 && own !== size)
        throw new Error(`Operands could not be broadcast together with shapes ${shapes.join(' and ')}.`);
      return size === 1 ? own : size;
    }, 1),
  );
};

/** Repeats `x` along new leading axes and along axes of size 1. */
export const broadcast = (graph: Builder, x: Node, shape: readonly number[]): Node => {
  if (sameShape(x.shape, shape)) return x;
  const value = splatValue(x);
  if (value !== undefined) return graph.splat(value, shape, x.dtype);
  return graph.make({ op: 'Broadcast' }, [isOp(x, 'Broadcast') ? x.inputs[0] : x], shape, x.dtype);
};

/**
 * The smallest node that broadcasts to `x`: the input of a `Broadcast`, or a scalar for a splat. Operations that
 * broadcast implicitly take this node, so that the broadcast moves to their result, or disappears.
 */
export const withoutBroadcast = (graph: Builder, x: Node): Node => {
  const value = splatValue(x);
  if (value !== undefined) return graph.splat(value, [], x.dtype);
  return isOp(x, 'Broadcast') ? x.inputs[0] : x;
};
