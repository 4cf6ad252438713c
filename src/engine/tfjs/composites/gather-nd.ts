import { gather, mul, reshape, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../core/axes.js';

/** The entries at positions: the last axis of `indices` is a position along the first axes of `x`. */
export const gatherNd = (x: Tensor, indices: Tensor): Tensor => {
  const depth = indices.shape.at(-1) ?? 0;
  const [outer, inner] = [x.shape.slice(0, depth), x.shape.slice(depth)];
  const strides = outer.map((_, axis) => sizeOf(outer.slice(axis + 1)));
  const flat = sum(mul(reshape(indices, [-1, depth]), tensor1d(strides, 'int32')), 1);
  const rows = gather(reshape(x, [sizeOf(outer), ...inner]), flat);
  return reshape(rows, [...indices.shape.slice(0, -1), ...inner]);
};
