import { type AvgPoolAttrs, backend_util, type MaxPoolAttrs } from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import { convolution, maximumPool, maximumPoolGradient, transposedConvolution } from '../../graph/convolution.js';
import { binary } from '../../graph/elementwise.js';
import { elementAt } from '../../graph/lookup.js';
import type { Node } from '../../graph/node.js';
import { type TfjsKernels, withAttributes } from './tfjs-kernel.js';
import { four, type Geometry, geometryOf, sizesOf } from './windows.js';

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
  return graph.constant({ dtype: 'float32', shape: [1, rows, columns, 1], data });
};

// The sum of each window, as a convolution of each channel with ones.
const ones = (graph: Builder, channels: number, size: readonly [number, number]): Node =>
  graph.splat(1, [channels, 1, ...size], 'float32');

export const poolingKernels: TfjsKernels = {
  MaxPool: withAttributes<MaxPoolAttrs>(({ graph, input, attributes }) => {
    const { windows, size, to } = geometry(attributes, input('x'));
    return maximumPool(graph, input('x'), size, windows, to);
  }),
  MaxPoolGrad: withAttributes<MaxPoolAttrs>(({ graph, input, attributes }) => {
    const [x, dy] = [input('input'), input('dy')];
    const { windows, size } = geometry(attributes, x, sizesOf(dy));
    return maximumPoolGradient(graph, x, dy, size, windows);
  }),
  AvgPool: withAttributes<AvgPoolAttrs>(({ graph, input, attributes }) => {
    const x = input('x');
    const found = geometry(attributes, x);
    const channels = elementAt(x.shape, 3);
    const sums = convolution(graph, x, ones(graph, channels, found.size), found.windows, channels, found.to);
    return binary(graph, 'Multiply', sums, shares(graph, found));
  }),
  AvgPoolGrad: withAttributes<AvgPoolAttrs>(({ graph, input, attributes }) => {
    const x = input('input');
    const found = geometry(attributes, x, sizesOf(input('dy')));
    const channels = elementAt(x.shape, 3);
    const parts = binary(graph, 'Multiply', input('dy'), shares(graph, found));
    return transposedConvolution(graph, parts, ones(graph, channels, found.size), found.windows, channels, found.from);
  }),
};
