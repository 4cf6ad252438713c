/**
 * How tfjs describes convolutions and pooling, in the terms of the graph.
 *
 * @module
 */
import type { backend_util } from '@tensorflow/tfjs-core';
import { refusal } from '../../../internal/refusal.js';
import { elementAt } from '../../graph/lookup.js';
import type { Node, Windows } from '../../graph/node.js';

type Four = [number, number, number, number];

/** A shape of four axes, as tfjs's helpers take it. */
export const four = (shape: readonly number[]): Four => {
  const [a, b, c, d] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw refusal('function-threw', `expected a tensor of four axes, got [${shape}]`);
  return [a, b, c, d];
};

/** The rows and columns of images. */
export const sizesOf = ({ shape }: Node): readonly [number, number] => {
  const [, rows, columns] = four(shape);
  return [rows, columns];
};

export interface Geometry {
  readonly windows: Windows;
  /** Rows and columns of the window, and of the images before and after. */
  readonly size: readonly [number, number];
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/**
 * What tfjs computed from strides, dilations and padding. Its gradients leave out how sizes were rounded, so that they pass the
 * rows and columns `to` of the gradient that they have.
 */
export const geometryOf = (
  info: backend_util.Conv2DInfo,
  to: readonly [number, number] = [info.outHeight, info.outWidth],
): Geometry => {
  const strides = [info.strideHeight, info.strideWidth] as const;
  const before = [info.padInfo.top, info.padInfo.left] as const;
  const from = [info.inHeight, info.inWidth] as const;
  // As much as the last window needs: padding that no window reaches is left out.
  const after = (i: 0 | 1, reach: number): number =>
    Math.max(0, (elementAt(to, i) - 1) * elementAt(strides, i) + reach - elementAt(from, i) - elementAt(before, i));
  return {
    windows: {
      strides,
      dilations: [info.dilationHeight, info.dilationWidth],
      before,
      after: [after(0, info.effectiveFilterHeight), after(1, info.effectiveFilterWidth)],
    },
    size: [info.filterHeight, info.filterWidth],
    from,
    to,
  };
};
