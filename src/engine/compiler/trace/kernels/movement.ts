import {
  backend_util,
  type CastAttrs,
  type ConcatAttrs,
  type ExpandDimsAttrs,
  type GatherV2Attrs,
  type MirrorPadAttrs,
  type PackAttrs,
  type PadV2Attrs,
  type ReshapeAttrs,
  type ReverseAttrs,
  type SliceAttrs,
  type SplitVAttrs,
  slice_util,
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
import { concatenate, gather, pad, reshape, reverse, slice, tile, transpose } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { axesOf, type Kernels, kernel, positive } from './kernel.js';

const withSize = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((own, i) => (i === axis ? size : own));

// The pieces of these lengths along an axis, one after the other.
const cut = (graph: Builder, x: Node, axis: number, lengths: readonly number[]): readonly Node[] =>
  lengths.map((length, i) => {
    const start = lengths.slice(0, i).reduce((sum, each) => sum + each, 0);
    const begin = withSize(
      x.shape.map(() => 0),
      axis,
      start,
    );
    return slice(graph, x, begin, withSize(x.shape, axis, length));
  });

// The border of one axis mirrored outwards; 'symmetric' repeats the outermost element, 'reflect' does not.
const mirrored = (
  graph: Builder,
  x: Node,
  axis: number,
  [before, after]: readonly [number, number],
  skip: 0 | 1,
): Node => {
  const size = x.shape[axis]!;
  const border = (start: number, length: number): Node => {
    const begin = withSize(
      x.shape.map(() => 0),
      axis,
      start,
    );
    return reverse(graph, slice(graph, x, begin, withSize(x.shape, axis, length)), [axis]);
  };
  return concatenate(graph, [border(skip, before), x, border(size - after - skip, after)], axis);
};

export const movementKernels: Kernels = {
  Identity: ({ inputs: [x] }) => x!,
  Cast: kernel<CastAttrs>(({ graph, inputs: [x], attributes: { dtype } }) => {
    if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return cast(graph, x!, dtype);
    throw refusal('unknown-kernel', `the compiler has no tensors of type ${dtype}, only float32, int32 and bool`);
  }),
  Reshape: kernel<ReshapeAttrs>(({ graph, inputs: [x], attributes: { shape } }) =>
    reshape(graph, x!, util.inferFromImplicitShape([...shape], sizeOf(x!.shape))),
  ),
  ExpandDims: kernel<ExpandDimsAttrs>(({ graph, inputs: [x], attributes: { dim } }) => {
    const axis = positive(dim, x!.shape.length + 1);
    return reshape(graph, x!, [...x!.shape.slice(0, axis), 1, ...x!.shape.slice(axis)]);
  }),
  Transpose: kernel<TransposeAttrs>(({ graph, inputs: [x], attributes: { perm } }) => transpose(graph, x!, perm)),
  Slice: kernel<SliceAttrs>(({ graph, inputs: [x], attributes: { begin, size } }) => {
    const [start, sizes] = slice_util.parseSliceParams({ shape: [...x!.shape] } as never, begin, size);
    return slice(graph, x!, start!, sizes!);
  }),
  PadV2: kernel<PadV2Attrs>(({ graph, inputs: [x], attributes: { paddings, constantValue } }) =>
    pad(
      graph,
      x!,
      paddings.map(([before]) => before),
      paddings.map(([, after]) => after),
      constantValue,
    ),
  ),
  MirrorPad: kernel<MirrorPadAttrs>(({ graph, inputs: [x], attributes: { paddings, mode } }) =>
    paddings.reduce((padded, sizes, axis) => mirrored(graph, padded, axis, sizes, mode === 'reflect' ? 1 : 0), x!),
  ),
  Concat: kernel<ConcatAttrs>(({ graph, inputs, attributes: { axis } }) =>
    concatenate(graph, inputs, positive(axis, inputs[0]!.shape.length)),
  ),
  Pack: kernel<PackAttrs>(({ graph, inputs, attributes }) => {
    const { shape } = inputs[0]!;
    const axis = positive(attributes.axis, shape.length + 1);
    const expanded = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
    const parts = inputs.map((input) => reshape(graph, input, expanded));
    return concatenate(graph, parts, axis);
  }),
  Unpack: kernel<UnpackAttrs>(({ graph, inputs: [x], attributes }) => {
    const axis = positive(attributes.axis, x!.shape.length);
    const lengths = Array.from({ length: x!.shape[axis]! }, () => 1);
    const shape = x!.shape.filter((_, i) => i !== axis);
    return cut(graph, x!, axis, lengths).map((part) => reshape(graph, part, shape));
  }),
  SplitV: kernel<SplitVAttrs>(({ graph, inputs: [x], attributes }) => {
    const axis = positive(attributes.axis, x!.shape.length);
    const like = { shape: [...x!.shape] } as never;
    return cut(graph, x!, axis, backend_util.prepareSplitSize(like, attributes.numOrSizeSplits, axis));
  }),
  Tile: kernel<TileAttrs>(({ graph, inputs: [x], attributes: { reps } }) => tile(graph, x!, reps)),
  BroadcastTo: kernel<{ readonly shape: readonly number[] }>(({ graph, inputs: [x], attributes: { shape } }) =>
    broadcast(graph, x!, shape),
  ),
  Reverse: kernel<ReverseAttrs>(({ graph, inputs: [x], attributes: { dims } }) =>
    reverse(graph, x!, axesOf(dims, x!.shape.length)),
  ),
  GatherV2: kernel<GatherV2Attrs>(({ graph, input, attributes: { axis, batchDims } }) => {
    if (batchDims !== 0) throw refusal('unknown-kernel', 'the compiler knows tf.gather without batch dimensions only');
    const x = input('x');
    return gather(graph, x, cast(graph, input('indices'), 'int32'), positive(axis, x.shape.length));
  }),
};
