import type { FillAttrs, LinSpaceAttrs, OneHotAttrs, RangeAttrs } from '@tensorflow/tfjs-core';
import { binary, cast, select } from '../../graph/elementwise.js';
import { reshape } from '../../graph/movement.js';
import { supportedDType } from '../supported-dtype.js';
import { ofOneInput, type TfjsKernel, type TfjsKernels, withAttributes } from './tfjs-kernel.js';

const like = (value: number): TfjsKernel => ofOneInput((graph, x) => graph.splat(value, x.shape, x.dtype));

export const creationKernels: TfjsKernels = {
  ZerosLike: like(0),
  OnesLike: like(1),
  Fill: withAttributes<FillAttrs>(({ graph, attributes: { shape, value, dtype } }) =>
    graph.splat(Number(value), shape, supportedDType(dtype ?? 'float32')),
  ),
  Range: withAttributes<RangeAttrs>(({ graph, attributes: { start, stop, step, dtype } }) => {
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = Float32Array.from({ length }, (_, i) => start + i * step);
    const data = dtype === 'int32' ? Int32Array.from(values) : values;
    return graph.constant({ dtype: dtype === 'int32' ? 'int32' : 'float32', shape: [length], data });
  }),
  LinSpace: withAttributes<LinSpaceAttrs>(({ graph, attributes: { start, stop, num } }) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    const data = Float32Array.from({ length: num }, (_, i) => start + i * step);
    return graph.constant({ dtype: 'float32', shape: [num], data });
  }),
  OneHot: ofOneInput<OneHotAttrs>((graph, indices, { depth, onValue, offValue, dtype }) => {
    const type = supportedDType(dtype ?? 'int32');
    const classes = graph.constant({
      dtype: 'int32',
      shape: [depth],
      data: Int32Array.from({ length: depth }, (_, i) => i),
    });
    const column = reshape(graph, cast(graph, indices, 'int32'), [...indices.shape, 1]);
    const hit = binary(graph, 'Equal', column, classes);
    if (onValue === 1 && offValue === 0) return cast(graph, hit, type);
    return select(graph, hit, graph.splat(onValue, [], type), graph.splat(offValue, [], type));
  }),
};
