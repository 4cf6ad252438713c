import type { ArgMaxAttrs, CumsumAttrs, MaxAttrs, SumAttrs } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../../core/axes.js';
import { binary, cast } from '../../graph/elementwise.js';
import type { Reduction } from '../../graph/node.js';
import { reduce } from '../../graph/reduce.js';
import { axesOf, type Kernel, type Kernels, kernel, positive } from './kernel.js';

const reduction = (op: Reduction): Kernel =>
  kernel<SumAttrs>(({ graph, inputs: [x], attributes: { axis, keepDims } }) =>
    reduce(graph, op, x!.dtype === 'bool' ? cast(graph, x!, 'int32') : x!, axesOf(axis, x!.shape.length), keepDims),
  );

// All and Any: the smallest and the greatest of the truth values.
const truth = (op: Reduction): Kernel =>
  kernel<SumAttrs>(({ graph, inputs: [x], attributes: { axis, keepDims } }) => {
    const axes = axesOf(axis, x!.shape.length);
    return cast(graph, reduce(graph, op, cast(graph, x!, 'int32'), axes, keepDims), 'bool');
  });

const argument = (op: 'ArgMaximum' | 'ArgMinimum'): Kernel =>
  kernel<ArgMaxAttrs>(({ graph, inputs: [x], attributes }) => {
    const axis = positive(axesOf(attributes.axis, x!.shape.length)[0]!, x!.shape.length);
    const shape = x!.shape.filter((_, i) => i !== axis);
    return graph.make({ op, axis }, [x!.dtype === 'bool' ? cast(graph, x!, 'int32') : x!], shape, 'int32');
  });

// Over the last axis: tfjs takes no other.
const normalization =
  (op: 'Softmax' | 'LogSoftmax'): Kernel =>
  ({ graph, inputs: [x] }) =>
    graph.make({ op }, [cast(graph, x!, 'float32')], x!.shape, 'float32');

export const reduceKernels: Kernels = {
  Sum: reduction('ReduceSum'),
  Prod: reduction('ReduceProduct'),
  Min: reduction('ReduceMinimum'),
  Max: kernel<MaxAttrs>(({ attributes: { reductionIndices, keepDims }, ...call }) =>
    reduction('ReduceMaximum')({ ...call, attributes: { axis: reductionIndices, keepDims } }),
  ),
  Mean: kernel<SumAttrs>(({ graph, inputs: [x], attributes: { axis, keepDims } }) => {
    const axes = axesOf(axis, x!.shape.length);
    const sum = reduce(graph, 'ReduceSum', cast(graph, x!, 'float32'), axes, keepDims);
    return binary(graph, 'Divide', sum, graph.splat(sizeOf(axes.map((each) => x!.shape[each]!)), [], 'float32'));
  }),
  All: truth('ReduceMinimum'),
  Any: truth('ReduceMaximum'),
  ArgMax: argument('ArgMaximum'),
  ArgMin: argument('ArgMinimum'),
  Cumsum: kernel<CumsumAttrs>(({ graph, inputs: [x], attributes: { axis, exclusive, reverse } }) =>
    graph.make(
      { op: 'CumulativeSum', axis: positive(axis, x!.shape.length), exclusive, reverse },
      [x!],
      x!.shape,
      x!.dtype,
    ),
  ),
  Softmax: normalization('Softmax'),
  LogSoftmax: normalization('LogSoftmax'),
};
