/**
 * The gradients of dilated convolutions, which tfjs lacks, and of average pooling with padding, which it has wrong.
 *
 * @module
 */
import {
  type AvgPoolAttrs,
  avgPool,
  backend_util,
  type Conv2DAttrs,
  conv2d,
  type DepthwiseConv2dNativeAttrs,
  depthwiseConv2d,
  type GradConfig,
  getGradient,
  mul,
  pad,
  reshape,
  slice,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { at, gradientsOf, replaceGradient, single } from './gradient-registry.js';

/** A gradient that replaces tfjs's for the calls that need it: `undefined` leaves the others to tfjs. */
const registerWhere = <A>(
  kernelName: string,
  names: readonly string[],
  expression: (inputs: readonly Tensor[], attributes: A) => ((inputs: readonly Tensor[]) => Tensor) | undefined,
): void => {
  const config = getGradient(kernelName);
  if (config === undefined) return;
  const gradFunc: GradConfig['gradFunc'] = (dy, saved: Tensor[], attributes) => {
    // tfjs passes attributes without a type.
    const equal = expression(saved, attributes as A);
    return equal === undefined ? config.gradFunc(dy, saved, attributes) : gradientsOf(equal, saved, names, single(dy));
  };
  replaceGradient({ ...config, gradFunc });
};

const pairOf = (given: number | readonly number[] | undefined): readonly [number, number] => {
  const [rows = 1, columns = rows] = typeof given === 'number' ? [given] : (given ?? []);
  return [rows, columns];
};

// Zeros between the elements of a filter: without dilation it is the filter that was dilated.
const spreadAlong = (filter: Tensor, axis: 0 | 1, dilation: number): Tensor => {
  const length = filter.shape[axis] ?? 1;
  const grouped = reshape(filter, filter.shape.toSpliced(axis, 1, length, 1));
  const padded = pad(
    grouped,
    grouped.shape.map((_, i) => [0, i === axis + 1 ? dilation - 1 : 0]),
  );
  const spread = reshape(padded, filter.shape.with(axis, length * dilation));
  return slice(
    spread,
    filter.shape.map(() => 0),
    filter.shape.with(axis, (length - 1) * dilation + 1),
  );
};

const spread = (filter: Tensor, [rows, columns]: readonly [number, number]): Tensor4D =>
  reshape(spreadAlong(spreadAlong(filter, 0, rows), 1, columns), [
    ((filter.shape[0] ?? 1) - 1) * rows + 1,
    ((filter.shape[1] ?? 1) - 1) * columns + 1,
    filter.shape[2] ?? 1,
    filter.shape[3] ?? 1,
  ]);

const images = (x: Tensor): Tensor4D => {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = x.shape;
  return reshape(x, [batch, rows, columns, channels]);
};

const isDilated = (dilations: readonly [number, number]): boolean => dilations.some((each) => each > 1);

// tfjs's gradient divides by the size of the window where the forward pass divides by the pixels that it covers.
const paddedAverage = (x: Tensor, { filterSize, strides, pad: padding, dimRoundingMode }: AvgPoolAttrs) => {
  const [, height, width, channels] = images(x).shape;
  const info = backend_util.computePool2DInfo(
    [1, height, width, channels],
    filterSize,
    strides,
    1,
    padding,
    dimRoundingMode,
  );
  const { top, left } = info.padInfo;
  const after = (count: number, stride: number, size: number, length: number, before: number): number =>
    Math.max(0, (count - 1) * stride + size - length - before);
  const bottom = after(info.outHeight, info.strideHeight, info.filterHeight, height, top);
  const right = after(info.outWidth, info.strideWidth, info.filterWidth, width, left);
  if (top + bottom + left + right === 0) return undefined;
  const covered = (start: number, size: number, length: number): number =>
    Math.min(start + size, length) - Math.max(start, 0);
  const factors = Array.from({ length: info.outHeight * info.outWidth }, (_, i) => {
    const row = Math.floor(i / info.outWidth) * info.strideHeight - top;
    const column = (i % info.outWidth) * info.strideWidth - left;
    const pixels = covered(row, info.filterHeight, height) * covered(column, info.filterWidth, width);
    return (info.filterHeight * info.filterWidth) / pixels;
  });
  return ([given = x]: readonly Tensor[]): Tensor => {
    const padded = images(
      pad(given, [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]),
    );
    const means = avgPool(
      padded,
      [info.filterHeight, info.filterWidth],
      [info.strideHeight, info.strideWidth],
      'valid',
    );
    return mul(means, tensor4d(factors, [1, info.outHeight, info.outWidth, 1]));
  };
};

/** Registers the gradients of this module. */
export const registerWindowGradients = (): void => {
  registerWhere<Conv2DAttrs>('Conv2D', ['x', 'filter'], (_, attributes) => {
    const { strides, pad: padding, dataFormat, dimRoundingMode } = attributes;
    const dilations = pairOf(attributes.dilations);
    if (!isDilated(dilations)) return undefined;
    return (given) => {
      const filter = spread(at(given, 1), dilations);
      return conv2d(images(at(given, 0)), filter, strides, padding, dataFormat, 1, dimRoundingMode);
    };
  });
  registerWhere<DepthwiseConv2dNativeAttrs>('DepthwiseConv2dNative', ['x', 'filter'], (_, attributes) => {
    const { strides, pad: padding, dimRoundingMode } = attributes;
    const dilations = pairOf(attributes.dilations);
    if (!isDilated(dilations)) return undefined;
    return (given) => {
      const filter = spread(at(given, 1), dilations);
      return depthwiseConv2d(images(at(given, 0)), filter, strides, padding, 'NHWC', 1, dimRoundingMode);
    };
  });
  registerWhere<AvgPoolAttrs>('AvgPool', ['x'], (saved, attributes) => paddedAverage(at(saved, 0), attributes));
};
