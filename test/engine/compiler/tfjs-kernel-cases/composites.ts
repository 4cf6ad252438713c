import * as tf from '@tensorflow/tfjs-core';
import { cube, type KernelCase, type KernelCases, on, one } from './case.js';

type Images = tf.Tensor4D;

const positive = on([{ shape: [2, 5, 3], from: -1.2, to: 1.5 }]);
const blocks = on([{ shape: [2, 3, 2, 8] }]);
const images = on([{ shape: [2, 4, 6, 3], from: -0.5, to: 0.5 }]);
const terms = (equation: string, ...shapes: readonly (readonly number[])[]): KernelCase =>
  on(shapes.map((shape) => ({ shape })))((...tensors) => tf.einsum(equation, ...tensors));

const resized = (resize: typeof tf.image.resizeBilinear): readonly KernelCase[] => [
  images((x) => resize(x as Images, [7, 9])),
  images((x) => resize(x as Images, [2, 3])),
  images((x) => resize(x as Images, [5, 4], true)),
  images((x) => resize(x as Images, [7, 9], false, true)),
  images((x) => resize(x as Images, [1, 6], true)),
];

export const compositeCases: KernelCases = {
  BatchToSpaceND: [
    on([{ shape: [8, 2, 3, 2] }])((x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    ),
  ],
  Cumprod: [
    positive((x) => tf.cumprod(x, 1)),
    positive((x) => tf.cumprod(x, 1, true)),
    positive((x) => tf.cumprod(x, 2, false, true)),
    positive((x) => tf.cumprod(x, 0, true, true)),
  ],
  DepthToSpace: [blocks((x) => tf.depthToSpace(x as Images, 2))],
  Diag: [one((x) => tf.diag(tf.reshape(x, [-1])))],
  Einsum: [
    terms('ij,jk->ik', [3, 4], [4, 5]),
    terms('bhqd,bhkd->bhqk', [2, 2, 3, 4], [2, 2, 5, 4]),
    terms('bnd,de->ebn', [2, 3, 4], [4, 5]),
    terms('ij->ji', [3, 4]),
    terms('ijk->j', [2, 3, 4]),
    terms('i,j->ij', [3], [4]),
    terms('ijk,k->ij', [2, 3, 4], [4]),
  ],
  GatherNd: [
    cube((x) =>
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [1, 2],
            [0, 0],
            [1, 2],
          ],
          [3, 2],
          'int32',
        ),
      ),
    ),
    cube((x) => tf.gatherND(x, tf.tensor3d([[[1], [0]]], [1, 2, 1], 'int32'))),
  ],
  MirrorPad: (['reflect', 'symmetric'] as const).map((mode) =>
    one((x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [3, 0],
        ],
        mode,
      ),
    ),
  ),
  ResizeBilinear: resized(tf.image.resizeBilinear),
  ResizeNearestNeighbor: resized(tf.image.resizeNearestNeighbor),
  SpaceToBatchND: [
    images((x) =>
      tf.spaceToBatchND(
        x,
        [2, 3],
        [
          [1, 1],
          [0, 3],
        ],
      ),
    ),
  ],
  StridedSlice: [
    images((x) => tf.stridedSlice(x, [0, 0, 1, 0], [2, 4, 6, 3], [1, 2, 3, 1])),
    images((x) => tf.stridedSlice(x, [1, 3, 5, 0], [0, 0, 0, 3], [-1, -2, -1, 2])),
    images((x) => tf.stridedSlice(x, [0, 1], [0, 3], [1, 1], 1, 1, 0, 0, 2)),
  ],
};
