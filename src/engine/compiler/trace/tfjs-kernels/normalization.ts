import type { FusedBatchNormAttrs } from '@tensorflow/tfjs-core';
import { binary, unary } from '../../graph/elementwise.js';
import { type TfjsKernels, withAttributes } from './tfjs-kernel.js';

export const normalizationKernels: TfjsKernels = {
  FusedBatchNorm: withAttributes<FusedBatchNormAttrs>(({ graph, input, optionalInput, attributes }) => {
    const raised = binary(graph, 'Add', input('variance'), graph.splat(attributes.varianceEpsilon, [], 'float32'));
    const inverse = unary(graph, 'Reciprocal', unary(graph, 'SquareRoot', raised));
    const [scale, offset] = [optionalInput('scale'), optionalInput('offset')];
    const factor = scale === undefined ? inverse : binary(graph, 'Multiply', inverse, scale);
    const scaled = binary(graph, 'Multiply', binary(graph, 'Subtract', input('x'), input('mean')), factor);
    return offset === undefined ? scaled : binary(graph, 'Add', scaled, offset);
  }),
};
