import * as tf from '@tensorflow/tfjs-core';
import { type KernelCase, type KernelCases, on } from './case.js';

type Images = tf.Tensor4D;
type Filter = tf.Tensor4D;

const images = [2, 6, 7, 3] as const;
const withFilter = (filter: readonly number[], x: readonly number[] = images) =>
  on([
    { shape: x, from: -0.3, to: 0.3 },
    { shape: filter, from: -0.3, to: 0.3 },
  ]);

const conv = (filter: readonly number[], ...options: unknown[]): KernelCase =>
  withFilter(filter)((x, w) => tf.conv2d(x as Images, w as Filter, ...(options as [1, 'same'])));
const depthwise = (filter: readonly number[], ...options: unknown[]): KernelCase =>
  withFilter(filter)((x, w) => tf.depthwiseConv2d(x as Images, w as Filter, ...(options as [1, 'same'])));
// As many channels as the runtime's own operators take together, or several times as many.
const wide = [2, 5, 6, 16] as const;
const wideConv = (filter: readonly number[], ...options: unknown[]): KernelCase =>
  withFilter(filter, wide)((x, w) => tf.conv2d(x as Images, w as Filter, ...(options as [1, 'same'])));
const wideDepthwise = (filter: readonly number[], ...options: unknown[]): KernelCase =>
  withFilter(filter, wide)((x, w) => tf.depthwiseConv2d(x as Images, w as Filter, ...(options as [1, 'same'])));
const explicit = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
];
const dilated = (filter: readonly number[]): KernelCase =>
  withFilter(filter)((x, w) => tf.conv2d(x as Images, w as Filter, 1, 'same', 'NHWC', [2, 3]), false);

const convolutions: readonly KernelCase[] = [
  conv([3, 3, 3, 4], 1, 'same'),
  conv([3, 2, 3, 4], [2, 1], 'valid'),
  conv([3, 3, 3, 4], 2, 'same'),
  conv([1, 1, 3, 5], 1, 'valid'),
  conv([4, 2, 3, 2], 3, 2),
  conv([3, 3, 3, 4], 2, explicit),
  withFilter([2, 2, 3, 4])((x, w) => tf.conv2d(x as Images, w as Filter, 2, 1, 'NHWC', 1, 'ceil'), false),
  dilated([3, 2, 3, 4]),
  wideConv([3, 2, 16, 32], 1, 'same'),
  wideConv([3, 3, 16, 16], 2, 'same'),
  conv([3, 3, 3, 16], [1, 2], 2),
  wideConv([1, 1, 16, 16], 2, 'valid'),
  withFilter([2, 2, 16, 16], [1, 5, 6, 16])(
    (x, w) => tf.conv2d(x as Images, tf.mul(w, 2) as Filter, 1, 'valid', 'NHWC', 2),
    false,
  ),
];
const channelsFirst = withFilter([3, 3, 3, 4], [2, 3, 6, 7])(
  (x, w) => tf.conv2d(x as Images, w as Filter, 2, 'same', 'NCHW'),
  false,
);
const transposed: readonly KernelCase[] = [
  withFilter(
    [3, 3, 3, 4],
    [2, 3, 4, 4],
  )((x, w) => tf.conv2dTranspose(x as Images, w as Filter, [2, 6, 7, 3], 2, 'same')),
  withFilter(
    [2, 2, 3, 4],
    [2, 3, 4, 4],
  )((x, w) => tf.conv2dTranspose(x as Images, w as Filter, [2, 6, 8, 3], 2, 'valid')),
];
const depthwiseConvolutions: readonly KernelCase[] = [
  depthwise([3, 3, 3, 1], 1, 'same'),
  depthwise([3, 2, 3, 2], 2, 'valid'),
  depthwise([2, 3, 3, 1], 1, 1),
  withFilter([3, 2, 3, 2])((x, w) => tf.depthwiseConv2d(x as Images, w as Filter, 1, 'same', 'NHWC', 2), false),
  wideDepthwise([3, 3, 16, 1], 1, 'same'),
  wideDepthwise([2, 3, 16, 1], 2, 'valid'),
  wideDepthwise([2, 2, 16, 2], 1, 3),
];

const fused = (depthwiseToo: boolean): readonly KernelCase[] =>
  (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation) =>
    on([{ shape: images }, { shape: depthwiseToo ? [3, 3, 3, 1] : [3, 3, 3, 2] }, { shape: [depthwiseToo ? 3 : 2] }])(
      (x, filter, bias) => {
        const options = { x: x as Images, filter: filter as Filter, strides: 1, pad: 'same', activation } as const;
        const run = depthwiseToo ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
        return run({ ...options, bias: bias as tf.Tensor1D, leakyreluAlpha: 0.3 });
      },
      false,
    ),
  );

export const convolutionCases: KernelCases = {
  Conv2D: [...convolutions, channelsFirst],
  Conv2DBackpropInput: [...transposed, ...convolutions.slice(2, 6), ...convolutions.slice(8, 12)],
  Conv2DBackpropFilter: [...convolutions.slice(0, 6), ...convolutions.slice(8, 12)],
  FusedConv2D: fused(false),
  DepthwiseConv2dNative: depthwiseConvolutions,
  DepthwiseConv2dNativeBackpropInput: [...depthwiseConvolutions.slice(0, 3), ...depthwiseConvolutions.slice(4)],
  DepthwiseConv2dNativeBackpropFilter: [...depthwiseConvolutions.slice(0, 3), ...depthwiseConvolutions.slice(4)],
  FusedDepthwiseConv2D: fused(true),
};
