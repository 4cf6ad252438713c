import type { FillAttrs, LinSpaceAttrs, OneHotAttrs, RangeAttrs } from '@tensorflow/tfjs-core';
import type { DType } from '../../../../core/host-tensor.js';
import { binary, cast, select } from '../../graph/elementwise.js';
import { reshape } from '../../graph/movement.js';
import { type Kernel, type Kernels, kernel } from './kernel.js';

const like =
  (value: number): Kernel =>
  ({ graph, inputs: [x] }) =>
    graph.splat(value, x!.shape, x!.dtype);

export const creationKernels: Kernels = {
  ZerosLike: like(0),
  OnesLike: like(1),
  Fill: kernel<FillAttrs>(({ graph, attributes: { shape, value, dtype } }) =>
    graph.splat(Number(value), shape, (dtype ?? 'float32') as DType),
  ),
  Range: kernel<RangeAttrs>(({ graph, attributes: { start, stop, step, dtype } }) => {
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = Float32Array.from({ length }, (_, i) => start + i * step);
    const data = dtype === 'int32' ? Int32Array.from(values) : values;
    return graph.constant({ dtype: dtype === 'int32' ? 'int32' : 'float32', shape: [length], data });
  }),
  LinSpace: kernel<LinSpaceAttrs>(({ graph, attributes: { start, stop, num } }) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    const data = Float32Array.from({ length: num }, (_, i) => start + i * step);
    return graph.constant({ dtype: 'float32', shape: [num], data });
  }),
  OneHot: kernel<OneHotAttrs>(({ graph, inputs: [indices], attributes: { depth, onValue, offValue, dtype } }) => {
    const type = (dtype ?? 'int32') as DType;
    const classes = graph.constant({
      dtype: 'int32',
      shape: [depth],
      data: Int32Array.from({ length: depth }, (_, i) => i),
    });
    const column = reshape(graph, cast(graph, indices!, 'int32'), [...indices!.shape, 1]);
    const hit = binary(graph, 'Equal', column, classes);
    if (onValue === 1 && offValue === 0) return cast(graph, hit, type);
    return select(graph, hit, graph.splat(onValue, [], type), graph.splat(offValue, [], type));
  }),
};
