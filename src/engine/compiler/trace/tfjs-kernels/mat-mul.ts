import type { _FusedMatMulAttrs, BatchMatMulAttrs, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../../core/axes.js';
import { refusal } from '../../../internal/refusal.js';
import { binary, cast } from '../../graph/elementwise.js';
import { matMul } from '../../graph/mat-mul.js';
import { reshape } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { finished } from './activation.js';
import { type Call, type TfjsKernels, withAttributes } from './tfjs-kernel.js';

const product = ({ graph, input, attributes: { transposeA, transposeB } }: Call<BatchMatMulAttrs>): Node => {
  const [a, b] = [input('a'), input('b')];
  // Every backend of tfjs checks this itself. ONNX Runtime would say it in terms of its own nodes.
  if (a.shape.at(transposeA ? -2 : -1) !== b.shape.at(transposeB ? -1 : -2)) {
    const describe = ({ shape }: Node, transposed: boolean): string => `[${shape}]${transposed ? ' transposed' : ''}`;
    throw refusal(
      'function-threw',
      `matMul: expected inner sizes that agree, got ${describe(a, transposeA)} and ${describe(b, transposeB)}`,
    );
  }
  return matMul(graph, a, b, transposeA, transposeB);
};

export const matMulKernels: TfjsKernels = {
  BatchMatMul: withAttributes(product),
  _FusedMatMul: withAttributes<_FusedMatMulAttrs>((call) => finished(call, product(call))),
  /**
   * The gradient of a gather, as a product with one-hot segments. It adds in a fixed order; the order of a scatter would
   * depend on its threads.
   */
  UnsortedSegmentSum: withAttributes<UnsortedSegmentSumAttrs>(({ graph, input, attributes: { numSegments } }) => {
    const x = input('x');
    const [rows = 1, ...rowShape] = x.shape;
    const segments = Int32Array.from({ length: numSegments }, (_, i) => i);
    const classes = graph.constant({ dtype: 'int32', shape: [numSegments], data: segments });
    const ids = reshape(graph, cast(graph, input('segmentIds'), 'int32'), [rows, 1]);
    const oneHot = cast(graph, binary(graph, 'Equal', ids, classes), 'float32');
    const flat = reshape(graph, cast(graph, x, 'float32'), [rows, sizeOf(rowShape)]);
    return cast(graph, reshape(graph, matMul(graph, oneHot, flat, true, false), [numSegments, ...rowShape]), x.dtype);
  }),
};
