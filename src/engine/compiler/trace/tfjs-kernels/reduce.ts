import type { ArgMaxAttrs, CumsumAttrs, MaxAttrs, SumAttrs, TopKAttrs } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../../core/axes.js';
import type { Builder } from '../../graph/builder.js';
import { binary, cast } from '../../graph/elementwise.js';
import { elementAt } from '../../graph/lookup.js';
import type { Node, Reduction } from '../../graph/node.js';
import { reduce } from '../../graph/reduce.js';
import { axesOf, ofOneInput, positive, type TfjsKernel, type TfjsKernels } from './tfjs-kernel.js';

const number = (graph: Builder, x: Node): Node => (x.dtype === 'bool' ? cast(graph, x, 'int32') : x);

const reduction = (op: Reduction): TfjsKernel =>
  ofOneInput<SumAttrs>((graph, x, { axis, keepDims }) =>
    reduce(graph, op, number(graph, x), axesOf(axis, x.shape.length), keepDims),
  );

// All is the minimum of bool values as numbers, Any the maximum.
const logical = (op: Reduction): TfjsKernel =>
  ofOneInput<SumAttrs>((graph, x, { axis, keepDims }) => {
    const axes = axesOf(axis, x.shape.length);
    return cast(graph, reduce(graph, op, cast(graph, x, 'int32'), axes, keepDims), 'bool');
  });

const argument = (op: 'ArgMaximum' | 'ArgMinimum'): TfjsKernel =>
  ofOneInput<ArgMaxAttrs>((graph, x, attributes) => {
    const axis = elementAt(axesOf(attributes.axis, x.shape.length), 0);
    const shape = x.shape.filter((_, i) => i !== axis);
    return graph.make({ op, axis }, [number(graph, x)], shape, 'int32');
  });

// Over the last axis; tfjs accepts no other.
const normalization = (op: 'Softmax' | 'LogSoftmax'): TfjsKernel =>
  ofOneInput((graph, x) => graph.make({ op }, [cast(graph, x, 'float32')], x.shape, 'float32'));

export const reduceKernels: TfjsKernels = {
  Sum: reduction('ReduceSum'),
  Prod: reduction('ReduceProduct'),
  Min: reduction('ReduceMinimum'),
  Max: ofOneInput<MaxAttrs>((graph, x, { reductionIndices, keepDims }) =>
    reduce(graph, 'ReduceMaximum', number(graph, x), axesOf(reductionIndices, x.shape.length), keepDims),
  ),
  Mean: ofOneInput<SumAttrs>((graph, x, { axis, keepDims }) => {
    const axes = axesOf(axis, x.shape.length);
    const sum = reduce(graph, 'ReduceSum', cast(graph, x, 'float32'), axes, keepDims);
    const count = sizeOf(axes.map((each) => elementAt(x.shape, each)));
    return binary(graph, 'Divide', sum, graph.splat(count, [], 'float32'));
  }),
  All: logical('ReduceMinimum'),
  Any: logical('ReduceMaximum'),
  ArgMax: argument('ArgMaximum'),
  ArgMin: argument('ArgMinimum'),
  Cumsum: ofOneInput<CumsumAttrs>((graph, x, { axis, exclusive, reverse }) =>
    graph.make(
      { op: 'CumulativeSum', axis: positive(axis, x.shape.length), exclusive, reverse },
      [x],
      x.shape,
      x.dtype,
    ),
  ),
  TopK: ofOneInput<TopKAttrs>((graph, x, { k: count }) => {
    const shape = x.shape.with(-1, count);
    return [
      graph.make({ op: 'TopValues', count }, [x], shape, x.dtype),
      graph.make({ op: 'TopPositions', count }, [x], shape, 'int32'),
    ];
  }),
  Softmax: normalization('Softmax'),
  LogSoftmax: normalization('LogSoftmax'),
};
