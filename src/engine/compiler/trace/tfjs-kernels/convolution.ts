import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type FusedConv2DAttrs,
  type FusedDepthwiseConv2DAttrs,
} from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import {
  channelsFirst,
  channelsLast,
  convolution,
  depthwiseWeightGradient,
  transposedConvolution,
  weightGradient,
} from '../../graph/convolution.js';
import { cast } from '../../graph/elementwise.js';
import { reshape, transpose } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { finished } from './activation.js';
import { type Call, type TfjsKernels, withAttributes } from './tfjs-kernel.js';
import { four, type Geometry, geometryOf, sizesOf } from './windows.js';

interface Attributes extends Omit<Conv2DAttrs, 'dataFormat' | 'dilations'> {
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: Conv2DAttrs['dilations'];
}

/** The geometry of a convolution of images of this shape, with channels last. */
const geometry = (
  { strides, dilations = 1, pad, dimRoundingMode, dataFormat = 'NHWC' }: Attributes,
  shape: readonly number[],
  filterShape: readonly number[],
  depthwise: boolean,
  to?: readonly [number, number],
): Geometry => {
  const format = backend_util.convertConv2DDataFormat(dataFormat);
  const sizes = four(shape);
  const filter = four(filterShape);
  return geometryOf(
    backend_util.computeConv2DInfo(sizes, filter, strides, dilations, pad, dimRoundingMode, depthwise, format),
    to,
  );
};

const isFirst = ({ dataFormat }: Attributes): boolean => dataFormat === 'NCHW';

// The images of a call with channels last, and back.
const toLast = (graph: Builder, attributes: Attributes, x: Node): Node =>
  isFirst(attributes) ? channelsLast(graph, x) : x;
const fromLast = (graph: Builder, attributes: Attributes, x: Node): Node =>
  isFirst(attributes) ? channelsFirst(graph, x) : x;

// tfjs: [row, column, in, out].
const weightsOf = (graph: Builder, filter: Node): Node => transpose(graph, filter, [3, 2, 0, 1]);

// tfjs: [row, column, channel, multiplier].
const depthwiseWeightsOf = (graph: Builder, filter: Node): Node => {
  const [rows, columns, channels, multiplier] = four(filter.shape);
  return reshape(graph, transpose(graph, filter, [2, 3, 0, 1]), [channels * multiplier, 1, rows, columns]);
};

const convolved = (call: Call<Attributes>, depthwise: boolean): Node => {
  const { graph, input, attributes } = call;
  const [x, filter] = [input('x'), input('filter')];
  const { windows, to } = geometry(attributes, x.shape, filter.shape, depthwise);
  const weights = depthwise ? depthwiseWeightsOf(graph, filter) : weightsOf(graph, filter);
  const groups = depthwise ? four(filter.shape)[2] : 1;
  const images = toLast(graph, attributes, cast(graph, x, 'float32'));
  return fromLast(graph, attributes, convolution(graph, images, weights, windows, groups, to));
};

const inputGradient = (
  { graph, input, attributes }: Call<Attributes & { readonly inputShape: readonly number[] }>,
  depthwise: boolean,
): Node => {
  const [dy, filter] = [toLast(graph, attributes, input('dy')), input('filter')];
  const { windows, from } = geometry(attributes, attributes.inputShape, filter.shape, depthwise, sizesOf(dy));
  const weights = depthwise ? depthwiseWeightsOf(graph, filter) : weightsOf(graph, filter);
  const groups = depthwise ? four(filter.shape)[2] : 1;
  return fromLast(graph, attributes, transposedConvolution(graph, dy, weights, windows, groups, from));
};

const filterGradient = (
  { graph, input, attributes }: Call<Attributes & { readonly filterShape: readonly number[] }>,
  depthwise: boolean,
): Node => {
  const [given, dy] = [input('x'), toLast(graph, attributes, input('dy'))];
  const x = toLast(graph, attributes, given);
  const { windows, size } = geometry(attributes, given.shape, attributes.filterShape, depthwise, sizesOf(dy));
  return (depthwise ? depthwiseWeightGradient : weightGradient)(graph, x, dy, windows, size);
};

export const convolutionKernels: TfjsKernels = {
  Conv2D: withAttributes<Conv2DAttrs>((call) => convolved(call, false)),
  Conv2DBackpropInput: withAttributes<Conv2DBackpropInputAttrs>((call) => inputGradient(call, false)),
  Conv2DBackpropFilter: withAttributes<Conv2DBackpropFilterAttrs>((call) => filterGradient(call, false)),
  FusedConv2D: withAttributes<FusedConv2DAttrs>((call) => finished(call, convolved(call, false))),
  DepthwiseConv2dNative: withAttributes<DepthwiseConv2dNativeAttrs>((call) => convolved(call, true)),
  DepthwiseConv2dNativeBackpropInput: withAttributes<DepthwiseConv2dNativeBackpropInputAttrs>((call) =>
    inputGradient(call, true),
  ),
  DepthwiseConv2dNativeBackpropFilter: withAttributes<DepthwiseConv2dNativeBackpropFilterAttrs>((call) =>
    filterGradient(call, true),
  ),
  FusedDepthwiseConv2D: withAttributes<FusedDepthwiseConv2DAttrs>((call) => finished(call, convolved(call, true))),
};
