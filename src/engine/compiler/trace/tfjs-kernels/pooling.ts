import { type AvgPoolAttrs, backend_util, type MaxPoolAttrs } from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import { convolution, maximumPool, maximumPoolGradient, transposedConvolution } from '../../graph/convolution.js';
import { binary } from '../../graph/elementwise.js';
import { elementAt } from '../../graph/lookup.js';
import type { Node } from '../../graph/node.js';
import { type TfjsKernels, withAttributes } from './tfjs-kernel.js';
import { channelsFirst, channelsLast, four, type Geometry, geometryOf, sizesOf } from './windows.js';

const geometry = (
  { filterSize, strides, pad, dimRoundingMode }: AvgPoolAttrs,
  { shape }: Node,
  to?: readonly [number, number],
): Geometry =>
  geometryOf(backend_util.computePool2DInfo(four(shape), filterSize, strides, 1, pad, dimRoundingMode), to);

// One over the number of pixels that each window covers, as an image with one channel: padding does not count.
const shares = (graph: Builder, { windows, size, from, to }: Geometry): Node => {
  const covered = (i: 0 | 1, position: number): number => {
    const start = position * elementAt(windows.strides, i) - elementAt(windows.before, i);
    return Math.min(start + elementAt(size, i), elementAt(from, i)) - Math.max(start, 0);
  };
  const [rows, columns] = to;
  const data = Float32Array.from(
    { length: rows * columns },
    (_, i) => 1 / (covered(0, Math.floor(i / columns)) * covered(1, i % columns)),
  );
  return graph.constant({ dtype: 'float32', shape: [1, 1, rows, columns], data });
};

// The sum of each window, as a convolution of each channel with ones.
const ones = (graph: Builder, channels: number, size: readonly [number, number]): Node =>
  graph.splat(1, [channels, 1, ...size], 'float32');

export const poolingKernels: TfjsKernels = {
  MaxPool: withAttributes<MaxPoolAttrs>(({ graph, input, attributes }) => {
    const { windows, size, to } = geometry(attributes, input('x'));
    return channelsLast(graph, maximumPool(graph, channelsFirst(graph, input('x')), size, windows, to));
  }),
  MaxPoolGrad: withAttributes<MaxPoolAttrs>(({ graph, input, attributes }) => {
    const x = input('input');
    const { windows, size } = geometry(attributes, x, sizesOf(input('dy')));
    const [images, dy] = [channelsFirst(graph, x), channelsFirst(graph, input('dy'))];
    return channelsLast(graph, maximumPoolGradient(graph, images, dy, size, windows));
  }),
  AvgPool: withAttributes<AvgPoolAttrs>(({ graph, input, attributes }) => {
    const x = input('x');
    const found = geometry(attributes, x);
    const channels = elementAt(x.shape, 3);
    const weights = ones(graph, channels, found.size);
    const sums = convolution(graph, channelsFirst(graph, x), weights, found.windows, channels, found.to);
    return channelsLast(graph, binary(graph, 'Multiply', sums, shares(graph, found)));
  }),
  AvgPoolGrad: withAttributes<AvgPoolAttrs>(({ graph, input, attributes }) => {
    const x = input('input');
    const found = geometry(attributes, x, sizesOf(input('dy')));
    const channels = elementAt(x.shape, 3);
    const parts = binary(graph, 'Multiply', channelsFirst(graph, input('dy')), shares(graph, found));
    const weights = ones(graph, channels, found.size);
    return channelsLast(graph, transposedConvolution(graph, parts, weights, found.windows, channels, found.from));
  }),
};
