/**
 * Convolutions and what else moves a window over images.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { Builder } from './builder.js';
import { binary } from './elementwise.js';
import { elementAt } from './lookup.js';
import { matMul } from './mat-mul.js';
import { concatenate, pad, reshape, slice } from './movement.js';
import type { Node, Windows } from './node.js';
import { reduce } from './reduce.js';

// The runtimes refuse images without elements.
const orEmpty = (graph: Builder, shape: readonly number[], make: () => Node): Node =>
  sizeOf(shape) === 0 ? graph.splat(0, shape, 'float32') : make();

/** The convolution of channels-first images with weights `[out, in / groups, row, column]`; `sizes`: rows, columns of the result. */
export const convolution = (
  graph: Builder,
  images: Node,
  weights: Node,
  windows: Windows,
  groups: number,
  sizes: readonly [number, number],
): Node => {
  const shape = [elementAt(images.shape, 0), elementAt(weights.shape, 0), ...sizes];
  return orEmpty(graph, shape, () =>
    graph.make({ op: 'Convolution', groups, ...windows }, [images, weights], shape, 'float32'),
  );
};

/** The gradient of a convolution with respect to its images, of `sizes` rows and columns. */
export const transposedConvolution = (
  graph: Builder,
  dy: Node,
  weights: Node,
  windows: Windows,
  groups: number,
  sizes: readonly [number, number],
): Node => {
  const shape = [elementAt(dy.shape, 0), elementAt(weights.shape, 1) * groups, ...sizes];
  return orEmpty(graph, shape, () =>
    graph.make({ op: 'TransposedConvolution', groups, ...windows }, [dy, weights], shape, 'float32'),
  );
};

/** For each element of a window of this size, the element of each position of the window, from channels-last images. */
const elementsOfWindows = (
  graph: Builder,
  images: Node,
  [rows, columns]: readonly [number, number],
  { strides, dilations, before, after }: Windows,
  [height, width]: readonly [number, number],
): readonly Node[] => {
  const [batch = 1, , , channels = 1] = images.shape;
  const padded = pad(graph, images, [0, ...before, 0], [0, ...after, 0], 0);
  return Array.from({ length: height * width }, (_, i) => {
    const begin = [0, Math.floor(i / width) * dilations[0], (i % width) * dilations[1], 0];
    return slice(graph, padded, begin, [batch, rows, columns, channels], [1, ...strides, 1]);
  });
};

/**
 * The gradient of a convolution with respect to its weights, `[row, column, in, out]`, from channels-last images and dy: the
 * elements of all windows as columns, times dy. The product is a sum over the batch.
 */
export const weightGradient = (
  graph: Builder,
  images: Node,
  dy: Node,
  windows: Windows,
  size: readonly [number, number],
): Node => {
  const [batch = 1, rows = 1, columns = 1, outputs = 1] = dy.shape;
  const [, , , channels = 1] = images.shape;
  const elements = elementsOfWindows(graph, images, [rows, columns], windows, size);
  const flat = (x: Node): Node => reshape(graph, x, [batch * rows * columns, elementAt(x.shape, 3)]);
  const product = matMul(graph, flat(concatenate(graph, elements, 3)), flat(dy), true, false);
  return reshape(graph, product, [...size, channels, outputs]);
};

/** The same with one group for each channel: `[row, column, channel, multiplier]`. */
export const depthwiseWeightGradient = (
  graph: Builder,
  images: Node,
  dy: Node,
  windows: Windows,
  size: readonly [number, number],
): Node => {
  const [batch = 1, rows = 1, columns = 1, outputs = 1] = dy.shape;
  const [, , , channels = 1] = images.shape;
  const split = reshape(graph, dy, [batch, rows, columns, channels, outputs / channels]);
  const sums = elementsOfWindows(graph, images, [rows, columns], windows, size).map((element) => {
    const column = reshape(graph, element, [...element.shape, 1]);
    return reshape(graph, reduce(graph, 'ReduceSum', binary(graph, 'Multiply', column, split), [0, 1, 2], false), [
      1,
      channels,
      outputs / channels,
    ]);
  });
  return reshape(graph, concatenate(graph, sums, 0), [...size, channels, outputs / channels]);
};

/** The largest element of each window of channels-first images. */
export const maximumPool = (
  graph: Builder,
  images: Node,
  size: readonly [number, number],
  windows: Windows,
  [rows, columns]: readonly [number, number],
): Node => {
  const [batch = 1, channels = 1] = images.shape;
  const shape = [batch, channels, rows, columns];
  return orEmpty(graph, shape, () => graph.make({ op: 'MaximumPool', size, ...windows }, [images], shape, 'float32'));
};

/** The gradient of `maximumPool` with respect to its images. */
export const maximumPoolGradient = (
  graph: Builder,
  images: Node,
  dy: Node,
  size: readonly [number, number],
  windows: Windows,
): Node =>
  orEmpty(graph, images.shape, () =>
    graph.make({ op: 'MaximumPoolGradient', size, ...windows }, [images, dy], images.shape, 'float32'),
  );
