/**
 * Kernels of tfjs as expressions of other kernels. The tracing backend records these, and their gradients replace those that
 * tfjs lacks or has wrong.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementAt } from '../compiler/graph/lookup.js';
import { cumulativeProduct } from './composites/cumulative-product.js';
import { einsum } from './composites/einsum.js';
import { gatherNd } from './composites/gather-nd.js';
import { batchToSpace, depthToSpace, diagonal, mirrorPad, spaceToBatch, stridedSlice } from './composites/movement.js';
import { resizeBilinear, resizeNearest } from './composites/resize.js';

export interface Composite {
  /** The names of the inputs in tfjs; absent if tfjs has a list of them. */
  readonly inputs?: readonly string[];
  /** How many of them have a gradient; default: all. Integers, such as positions, come last. */
  readonly differentiable?: number;
  readonly compose: (inputs: readonly Tensor[], attributes: unknown) => Tensor;
}

// tfjs passes attributes without a type; the formula says what tfjs-core declares for its kernel.
const ofOne = <A>(input: string, formula: (x: Tensor, attributes: A) => Tensor): Composite => ({
  inputs: [input],
  compose: (inputs, attributes) => formula(elementAt(inputs, 0), attributes as A),
});

export const composites: Readonly<Record<string, Composite>> = {
  BatchToSpaceND: ofOne('x', batchToSpace),
  Cumprod: ofOne('x', cumulativeProduct),
  DepthToSpace: ofOne('x', depthToSpace),
  Diag: ofOne('x', diagonal),
  Einsum: { compose: (inputs, attributes) => einsum(inputs, attributes as { readonly equation: string }) },
  GatherNd: {
    inputs: ['params', 'indices'],
    differentiable: 1,
    compose: (inputs) => gatherNd(elementAt(inputs, 0), elementAt(inputs, 1)),
  },
  MirrorPad: ofOne('x', mirrorPad),
  ResizeBilinear: ofOne('images', resizeBilinear),
  ResizeNearestNeighbor: ofOne('images', resizeNearest),
  SpaceToBatchND: ofOne('x', spaceToBatch),
  StridedSlice: ofOne('x', stridedSlice),
};
