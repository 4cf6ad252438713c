/**
 * Convolutions and what else moves a window over images. Images are channels-last here, `[batch, row, column, channel]`, as tfjs has
 * them; the nodes take them channels-first, as the runtimes do.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { Builder } from './builder.js';
import { elementAt } from './lookup.js';
import { matMul } from './mat-mul.js';
import { concatenate, pad, reshape, reverse, slice, transpose } from './movement.js';
import type { Node, Windows } from './node.js';
import { reduce } from './reduce.js';

type Pair = readonly [number, number];

export const channelsFirst = (graph: Builder, x: Node): Node => transpose(graph, x, [0, 3, 1, 2]);
export const channelsLast = (graph: Builder, x: Node): Node => transpose(graph, x, [0, 2, 3, 1]);

// The runtimes refuse images without elements.
const orEmpty = (graph: Builder, shape: readonly number[], make: () => Node): Node =>
  sizeOf(shape) === 0 ? graph.splat(0, shape, 'float32') : make();

const convolutionNode = (
  graph: Builder,
  op: 'Convolution' | 'TransposedConvolution',
  inputs: readonly [Node, Node],
  windows: Windows,
  shape: readonly number[],
): Node => orEmpty(graph, shape, () => graph.make({ op, ...windows }, inputs, shape, 'float32'));

// Every pixel on its own, so that a convolution is a product; strides leave some out.
const isPointwise = ({ shape }: Node, groups: number, { before, after }: Windows): boolean =>
  groups === 1 && shape[2] === 1 && shape[3] === 1 && [...before, ...after].every((size) => size === 0);

const pixelsTimes = (graph: Builder, images: Node, weights: Node, transposed: boolean): Node => {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = images.shape;
  const [out = 1, inputs = 1] = weights.shape;
  const pixels = reshape(graph, images, [batch * rows * columns, channels]);
  const product = matMul(graph, pixels, reshape(graph, weights, [out, inputs]), false, transposed);
  return reshape(graph, product, [batch, rows, columns, transposed ? out : inputs]);
};

/** The convolution of images with weights `[out, in / groups, row, column]`; `sizes`: rows and columns of the result. */
export const convolution = (
  graph: Builder,
  images: Node,
  weights: Node,
  windows: Windows,
  groups: number,
  sizes: Pair,
): Node => {
  const [batch = 1, , , channels = 1] = images.shape;
  if (isPointwise(weights, groups, windows)) {
    const met = slice(graph, images, [0, 0, 0, 0], [batch, ...sizes, channels], [1, ...windows.strides, 1]);
    return pixelsTimes(graph, met, weights, true);
  }
  const shape = [batch, elementAt(weights.shape, 0), ...sizes];
  const inputs = [channelsFirst(graph, images), weights] as const;
  return channelsLast(graph, convolutionNode(graph, 'Convolution', inputs, windows, shape));
};

/** The gradient of a convolution with respect to its images, of `sizes` rows and columns. */
export const transposedConvolution = (
  graph: Builder,
  dy: Node,
  weights: Node,
  windows: Windows,
  groups: number,
  sizes: Pair,
): Node => {
  if (isPointwise(weights, groups, windows)) {
    const gradient = spread(graph, pixelsTimes(graph, dy, weights, false), windows.strides);
    return padded(
      graph,
      gradient,
      [0, 0],
      [0, 1].map((i) => elementAt(sizes, i) - elementAt(gradient.shape, i + 1)),
    );
  }
  const strided = windows.strides.some((stride) => stride !== 1);
  if (!strided || groups > 1) return turnedConvolution(graph, dy, weights, windows, groups, sizes);
  const shape = [elementAt(dy.shape, 0), elementAt(weights.shape, 1), ...sizes];
  const inputs = [channelsFirst(graph, dy), weights] as const;
  return channelsLast(graph, convolutionNode(graph, 'TransposedConvolution', inputs, windows, shape));
};

// Zeros between the pixels, so that neighbours are a stride apart.
const spread = (graph: Builder, images: Node, [down, right]: Pair): Node => {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = images.shape;
  const apart = reshape(graph, images, [batch, rows, 1, columns, 1, channels]);
  const filled = pad(graph, apart, [0, 0, 0, 0, 0, 0], [0, 0, down - 1, 0, right - 1, 0], 0);
  const whole = reshape(graph, filled, [batch, rows * down, columns * right, channels]);
  const sizes = [batch, (rows - 1) * down + 1, (columns - 1) * right + 1, channels];
  return slice(graph, whole, [0, 0, 0, 0], sizes);
};

// Rows and columns added; a negative number takes some away.
const padded = (graph: Builder, images: Node, before: readonly number[], after: readonly number[]): Node => {
  const only = (sizes: readonly number[], sign: number): readonly number[] => [
    0,
    ...sizes.map((size) => Math.max(0, sign * size)),
    0,
  ];
  const [cutBefore, cutAfter] = [only(before, -1), only(after, -1)];
  const sizes = images.shape.map((size, i) => size - elementAt(cutBefore, i) - elementAt(cutAfter, i));
  return pad(graph, slice(graph, images, cutBefore, sizes), only(before, 1), only(after, 1), 0);
};

const negative = (sizes: readonly number[]): readonly number[] => sizes.map((size) => Math.min(0, size));
const positive = (sizes: readonly number[]): Pair => [
  Math.max(0, elementAt(sizes, 0)),
  Math.max(0, elementAt(sizes, 1)),
];

// The gradient as a convolution of dy, spread as far as the windows are apart, with the turned weights.
const turnedConvolution = (
  graph: Builder,
  dy: Node,
  weights: Node,
  { strides, dilations, before }: Windows,
  groups: number,
  sizes: Pair,
): Node => {
  const [out = 1, inputs = 1, ...window] = weights.shape;
  const grouped = reshape(graph, reverse(graph, weights, [2, 3]), [groups, out / groups, inputs, ...window]);
  const swapped = transpose(graph, grouped, [0, 2, 1, 3, 4]);
  const turned = reshape(graph, swapped, [groups * inputs, out / groups, ...window]);
  const images = spread(graph, dy, strides);
  const around = ([0, 1] as const).map((i) => {
    const reach = dilations[i] * (elementAt(window, i) - 1);
    const first = reach - before[i];
    return { first, last: sizes[i] + reach - first - elementAt(images.shape, i + 1) };
  });
  const [first, last] = [around.map((each) => each.first), around.map((each) => each.last)];
  const cut = padded(graph, images, negative(first), negative(last));
  const unstrided: Windows = { strides: [1, 1], dilations, before: positive(first), after: positive(last) };
  return convolution(graph, cut, turned, unstrided, groups, sizes);
};

/** For each element of a window of this size, the element of each position of the window. */
const elementsOfWindows = (
  graph: Builder,
  images: Node,
  [rows, columns]: Pair,
  { strides, dilations, before, after }: Windows,
  [height, width]: Pair,
): readonly Node[] => {
  const [batch = 1, , , channels = 1] = images.shape;
  const framed = pad(graph, images, [0, ...before, 0], [0, ...after, 0], 0);
  return Array.from({ length: height * width }, (_, i) => {
    const begin = [0, Math.floor(i / width) * dilations[0], (i % width) * dilations[1], 0];
    return slice(graph, framed, begin, [batch, rows, columns, channels], [1, ...strides, 1]);
  });
};

/**
 * The gradient of a convolution with respect to its weights, `[row, column, in, out]`: the elements of all windows as columns, times dy.
 * The product is a sum over the batch.
 */
export const weightGradient = (graph: Builder, images: Node, dy: Node, windows: Windows, size: Pair): Node => {
  const [batch = 1, rows = 1, columns = 1, outputs = 1] = dy.shape;
  const [, , , channels = 1] = images.shape;
  const elements = elementsOfWindows(graph, images, [rows, columns], windows, size);
  const flat = (x: Node): Node => reshape(graph, x, [batch * rows * columns, elementAt(x.shape, 3)]);
  const product = matMul(graph, flat(concatenate(graph, elements, 3)), flat(dy), true, false);
  return reshape(graph, product, [...size, channels, outputs]);
};

/**
 * The same with one group for each channel: `[row, column, channel, multiplier]`. It is a convolution, too: the images are what the windows of
 * dy move over, each channel of each image is a group, and strides and dilations change places. The sum over the batch follows.
 */
export const depthwiseWeightGradient = (graph: Builder, images: Node, dy: Node, windows: Windows, size: Pair): Node => {
  const [batch = 1, rows = 1, columns = 1, outputs = 1] = dy.shape;
  const { strides, dilations, before } = windows;
  const reach = ([0, 1] as const).map(
    (i) => (elementAt(dy.shape, i + 1) - 1) * strides[i] + (size[i] - 1) * dilations[i] + 1,
  );
  const after = reach.map((length, i) => length - elementAt(before, i) - elementAt(images.shape, i + 1));
  // What no window reaches is left out.
  const met = padded(graph, images, [0, 0], negative(after));
  const [, height = 1, width = 1, channels = 1] = met.shape;
  const moved = reshape(graph, channelsFirst(graph, met), [1, batch * channels, height, width]);
  const window = reshape(graph, channelsFirst(graph, dy), [batch * outputs, 1, rows, columns]);
  const swapped: Windows = { strides: dilations, dilations: strides, before, after: positive(after) };
  const shape = [1, batch * outputs, ...size];
  const made = convolutionNode(graph, 'Convolution', [moved, window], swapped, shape);
  const ofImages = reshape(graph, made, [batch, channels, outputs / channels, ...size]);
  return transpose(graph, reduce(graph, 'ReduceSum', ofImages, [0], false), [2, 3, 0, 1]);
};

/** The largest element of each window. */
export const maximumPool = (graph: Builder, images: Node, size: Pair, windows: Windows, sizes: Pair): Node => {
  const [batch = 1, , , channels = 1] = images.shape;
  const shape = [batch, channels, ...sizes];
  const pooled = orEmpty(graph, shape, () =>
    graph.make({ op: 'MaximumPool', size, ...windows }, [channelsFirst(graph, images)], shape, 'float32'),
  );
  return channelsLast(graph, pooled);
};

/** The gradient of `maximumPool` with respect to its images. */
export const maximumPoolGradient = (graph: Builder, images: Node, dy: Node, size: Pair, windows: Windows): Node => {
  const [x, gradient] = [channelsFirst(graph, images), channelsFirst(graph, dy)];
  const made = orEmpty(graph, x.shape, () =>
    graph.make({ op: 'MaximumPoolGradient', size, ...windows }, [x, gradient], x.shape, 'float32'),
  );
  return channelsLast(graph, made);
};
