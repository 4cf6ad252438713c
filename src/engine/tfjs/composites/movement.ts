import {
  type BatchToSpaceNDAttrs,
  cast,
  concat,
  type DepthToSpaceAttrs,
  eye,
  type MirrorPadAttrs,
  mul,
  pad,
  reshape,
  reverse,
  type SpaceToBatchNDAttrs,
  type StridedSliceAttrs,
  slice,
  slice_util,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../core/axes.js';
import { elementAt } from '../../compiler/graph/lookup.js';

const sliceAlong = (x: Tensor, axis: number, start: number, length: number): Tensor =>
  slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.with(axis, length),
  );

/** Blocks of channels become blocks of pixels. */
export const depthToSpace = (x: Tensor, { blockSize }: Pick<DepthToSpaceAttrs, 'blockSize'>): Tensor => {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = x.shape;
  const inner = channels / blockSize ** 2;
  const blocks = transpose(reshape(x, [batch, rows, columns, blockSize, blockSize, inner]), [0, 1, 3, 2, 4, 5]);
  return reshape(blocks, [batch, rows * blockSize, columns * blockSize, inner]);
};

/** Mirrors the borders outwards; 'symmetric' repeats the outermost element, 'reflect' skips it. */
export const mirrorPad = (x: Tensor, { paddings, mode }: MirrorPadAttrs): Tensor => {
  const skip = mode === 'reflect' ? 1 : 0;
  return paddings.reduce((padded, [before, after], axis) => {
    const size = elementAt(padded.shape, axis);
    const border = (start: number, length: number): Tensor => reverse(sliceAlong(padded, axis, start, length), axis);
    return concat([border(skip, before), padded, border(size - after - skip, after)], axis);
  }, x);
};

/** Blocks of the axes after the batch become images of the batch. */
export const spaceToBatch = (x: Tensor, { blockShape, paddings }: SpaceToBatchNDAttrs): Tensor => {
  const rest = x.shape.slice(1 + blockShape.length);
  const ends = paddings.map(([before = 0, after = 0]): [number, number] => [before, after]);
  const padded = pad(x, [[0, 0], ...ends, ...rest.map((): [number, number] => [0, 0])]);
  const [batch = 1, ...sizes] = padded.shape.slice(0, 1 + blockShape.length);
  const counts = sizes.map((size, i) => size / elementAt(blockShape, i));
  const axes = [...blockShape.keys()];
  const blocks = reshape(padded, [
    batch,
    ...axes.flatMap((i) => [elementAt(counts, i), elementAt(blockShape, i)]),
    ...rest,
  ]);
  const last = rest.map((_, i) => 1 + 2 * axes.length + i);
  const moved = transpose(blocks, [...axes.map((i) => 2 + 2 * i), 0, ...axes.map((i) => 1 + 2 * i), ...last]);
  return reshape(moved, [batch * sizeOf(blockShape), ...counts, ...rest]);
};

/** The inverse of `spaceToBatch`. */
export const batchToSpace = (x: Tensor, { blockShape, crops }: BatchToSpaceNDAttrs): Tensor => {
  const axes = [...blockShape.keys()];
  const [images = 1, ...counts] = x.shape.slice(0, 1 + axes.length);
  const rest = x.shape.slice(1 + axes.length);
  const batch = images / sizeOf(blockShape);
  const blocks = reshape(x, [...blockShape, batch, ...counts, ...rest]);
  const last = rest.map((_, i) => 2 * axes.length + 1 + i);
  const moved = transpose(blocks, [axes.length, ...axes.flatMap((i) => [axes.length + 1 + i, i]), ...last]);
  const sizes = counts.map((count, i) => count * elementAt(blockShape, i));
  const begin = crops.map(([before = 0]) => before);
  const kept = crops.map(([before = 0, after = 0], i) => elementAt(sizes, i) - before - after);
  const zeros = rest.map(() => 0);
  return slice(reshape(moved, [batch, ...sizes, ...rest]), [0, ...begin, ...zeros], [batch, ...kept, ...rest]);
};

/** A matrix, or a higher tensor, with the elements on its diagonal. */
export const diagonal = (x: Tensor): Tensor =>
  reshape(mul(reshape(x, [-1, 1]), cast(eye(x.size), x.dtype)), [...x.shape, ...x.shape]);

// Every `step`-th of the elements from `begin` on; a negative step goes backwards.
const stepped = (x: Tensor, axis: number, begin: number, step: number, count: number): Tensor => {
  if (step < 0) return stepped(reverse(x, axis), axis, elementAt(x.shape, axis) - 1 - begin, -step, count);
  if (step === 1 || count === 0) return sliceAlong(x, axis, begin, count);
  const part = sliceAlong(x, axis, begin, (count - 1) * step + 1);
  const paddings = x.shape.map((_, i): [number, number] => [0, i === axis ? step - 1 : 0]);
  const grouped = reshape(pad(part, paddings), x.shape.toSpliced(axis, 1, count, step));
  return reshape(sliceAlong(grouped, axis + 1, 0, 1), x.shape.with(axis, count));
};

/** A slice with steps, and with the masks that tfjs has from TensorFlow. */
export const stridedSlice = (x: Tensor, attributes: StridedSliceAttrs): Tensor => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
  const info = slice_util.sliceInfo(x.shape, begin, end, strides, ...masks);
  const counts = slice_util.computeOutShape(info.begin, info.end, info.strides);
  const sliced = counts.reduce(
    (part, count, axis) => stepped(part, axis, elementAt(info.begin, axis), elementAt(info.strides, axis), count),
    x,
  );
  return reshape(sliced, info.finalShape);
};
