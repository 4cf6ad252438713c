import type { _FusedMatMulAttrs, BatchMatMulAttrs, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../../core/axes.js';
import { refusal } from '../../../internal/refusal.js';
import type { Builder } from '../../graph/builder.js';
import { binary, cast, unary } from '../../graph/elementwise.js';
import { matMul } from '../../graph/mat-mul.js';
import { reshape } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { type Call, type Kernels, kernel } from './kernel.js';
import { elu, leaky, relu, relu6 } from './unary.js';

const product = ({ graph, input, attributes: { transposeA, transposeB } }: Call<BatchMatMulAttrs>): Node =>
  matMul(graph, input('a'), input('b'), transposeA, transposeB);

const activations: Readonly<Record<string, (graph: Builder, x: Node) => Node>> = {
  linear: (_, x) => x,
  relu,
  relu6,
  elu,
  sigmoid: (graph, x) => unary(graph, 'Sigmoid', x),
};

const activated = (call: Call<_FusedMatMulAttrs>, x: Node): Node => {
  const { graph, input, attributes } = call;
  const name = attributes.activation ?? 'linear';
  if (name === 'prelu') return leaky(graph, x, input('preluActivationWeights'));
  if (name === 'leakyrelu') return leaky(graph, x, graph.splat(attributes.leakyreluAlpha ?? 0.2, [], 'float32'));
  const activation = activations[name];
  if (activation === undefined) throw refusal('unknown-kernel', `the compiler does not know the activation '${name}'`);
  return activation(graph, x);
};

export const matMulKernels: Kernels = {
  BatchMatMul: kernel(product),
  _FusedMatMul: kernel<_FusedMatMulAttrs>((call) => {
    const whole = product(call);
    const bias = call.present('bias');
    return activated(call, bias === undefined ? whole : binary(call.graph, 'Add', whole, bias));
  }),
  /**
   * The gradient of a gather: a product with the one-hot segments, which adds in a fixed order where a scatter would add
   * in the order of its threads.
   */
  UnsortedSegmentSum: kernel<UnsortedSegmentSumAttrs>(({ graph, input, attributes: { numSegments } }) => {
    const x = input('x');
    const rows = x.shape[0]!;
    const rest = x.shape.slice(1);
    const segments = Int32Array.from({ length: numSegments }, (_, i) => i);
    const classes = graph.constant({ dtype: 'int32', shape: [numSegments], data: segments });
    const ids = reshape(graph, cast(graph, input('segmentIds'), 'int32'), [rows, 1]);
    const oneHot = cast(graph, binary(graph, 'Equal', ids, classes), 'float32');
    const flat = reshape(graph, cast(graph, x, 'float32'), [rows, sizeOf(rest)]);
    return cast(graph, reshape(graph, matMul(graph, oneHot, flat, true, false), [numSegments, ...rest]), x.dtype);
  }),
};
