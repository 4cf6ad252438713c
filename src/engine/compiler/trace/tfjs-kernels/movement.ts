import {
  backend_util,
  type CastAttrs,
  type ConcatAttrs,
  type ExpandDimsAttrs,
  type GatherV2Attrs,
  type PackAttrs,
  type PadV2Attrs,
  type ReshapeAttrs,
  type ReverseAttrs,
  type SliceAttrs,
  type SplitVAttrs,
  slice_util,
  type TensorInfo,
  type TileAttrs,
  type TransposeAttrs,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../../core/axes.js';
import { refusal } from '../../../internal/refusal.js';
import { broadcast } from '../../graph/broadcast.js';
import type { Builder } from '../../graph/builder.js';
import { cast } from '../../graph/elementwise.js';
import { elementAt } from '../../graph/lookup.js';
import { concatenate, gather, pad, reshape, reverse, slice, tile, transpose } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { supportedDType } from '../supported-dtype.js';
import { axesOf, ofOneInput, positive, type TfjsKernels, withAttributes } from './tfjs-kernel.js';

// The entries from `start` on along one axis.
const sliceAlong = (graph: Builder, x: Node, axis: number, start: number, length: number): Node => {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  return slice(graph, x, begin, x.shape.with(axis, length));
};

// Consecutive pieces of these lengths along an axis.
const splitAlong = (graph: Builder, x: Node, axis: number, lengths: readonly number[]): readonly Node[] =>
  lengths.map((length, i) => {
    const start = lengths.slice(0, i).reduce((sum, each) => sum + each, 0);
    return sliceAlong(graph, x, axis, start, length);
  });

// What tfjs's helpers need of a tensor.
const infoOf = ({ shape, dtype }: Node): TensorInfo => ({ dataId: {}, shape: [...shape], dtype });

export const movementKernels: TfjsKernels = {
  Identity: ofOneInput((_, x) => x),
  Cast: ofOneInput<CastAttrs>((graph, x, { dtype }) => cast(graph, x, supportedDType(dtype))),
  Reshape: ofOneInput<ReshapeAttrs>((graph, x, { shape }) =>
    reshape(graph, x, util.inferFromImplicitShape([...shape], sizeOf(x.shape))),
  ),
  ExpandDims: ofOneInput<ExpandDimsAttrs>((graph, x, { dim }) =>
    reshape(graph, x, x.shape.toSpliced(positive(dim, x.shape.length + 1), 0, 1)),
  ),
  Transpose: ofOneInput<TransposeAttrs>((graph, x, { perm }) => transpose(graph, x, perm)),
  Slice: ofOneInput<SliceAttrs>((graph, x, { begin, size }) => {
    const [start = [], sizes = []] = slice_util.parseSliceParams(infoOf(x), begin, size);
    return slice(graph, x, start, sizes);
  }),
  PadV2: ofOneInput<PadV2Attrs>((graph, x, { paddings, constantValue }) =>
    pad(
      graph,
      x,
      paddings.map(([before]) => before),
      paddings.map(([, after]) => after),
      constantValue,
    ),
  ),
  Concat: withAttributes<ConcatAttrs>(({ graph, inputs, attributes: { axis } }) =>
    concatenate(graph, inputs(), positive(axis, inputs()[0].shape.length)),
  ),
  Pack: withAttributes<PackAttrs>(({ graph, inputs, attributes }) => {
    const [{ shape }] = inputs();
    const axis = positive(attributes.axis, shape.length + 1);
    const expanded = inputs().map((input) => reshape(graph, input, shape.toSpliced(axis, 0, 1)));
    return concatenate(graph, expanded, axis);
  }),
  Unpack: ofOneInput<UnpackAttrs>((graph, x, attributes) => {
    const axis = positive(attributes.axis, x.shape.length);
    const lengths = Array.from({ length: elementAt(x.shape, axis) }, () => 1);
    const shape = x.shape.toSpliced(axis, 1);
    return splitAlong(graph, x, axis, lengths).map((piece) => reshape(graph, piece, shape));
  }),
  SplitV: ofOneInput<SplitVAttrs>((graph, x, attributes) => {
    const axis = positive(attributes.axis, x.shape.length);
    return splitAlong(graph, x, axis, backend_util.prepareSplitSize(infoOf(x), attributes.numOrSizeSplits, axis));
  }),
  Tile: ofOneInput<TileAttrs>((graph, x, { reps }) => tile(graph, x, reps)),
  BroadcastTo: ofOneInput<{ readonly shape: readonly number[] }>((graph, x, { shape }) => broadcast(graph, x, shape)),
  Reverse: ofOneInput<ReverseAttrs>((graph, x, { dims }) => reverse(graph, x, axesOf(dims, x.shape.length))),
  GatherV2: withAttributes<GatherV2Attrs>(({ graph, input, attributes: { axis, batchDims } }) => {
    if (batchDims !== 0)
      throw refusal('unknown-kernel', 'the compiler does not support tf.gather with batch dimensions');
    const x = input('x');
    return gather(graph, x, cast(graph, input('indices'), 'int32'), positive(axis, x.shape.length));
  }),
};
