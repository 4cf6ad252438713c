/** The yardstick is complete: every kernel of tfjs is compiled, or stands here with the reason why not. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { tfjsKernels } from '../../../src/engine/compiler/trace/tfjs-kernels/index.js';
import { composites } from '../../../src/engine/tfjs/composites.js';
import { engines } from '../engines.js';

const reasons: Readonly<Record<string, readonly string[]>> = {
  'images of three dimensions': [
    'AvgPool3D',
    'AvgPool3DGrad',
    'Conv3D',
    'Conv3DBackpropFilterV2',
    'Conv3DBackpropInputV2',
    'MaxPool3D',
    'MaxPool3DGrad',
  ],
  'complex numbers and signals': ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'],
  strings: ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  'sparse and ragged tensors': [
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
    'SparseToDense',
  ],
  'detection and drawing': [
    'CropAndResize',
    'Draw',
    'FlipLeftRight',
    'NonMaxSuppressionV3',
    'NonMaxSuppressionV4',
    'NonMaxSuppressionV5',
    'RotateWithOffset',
    'Transform',
  ],
  'morphology and local response normalization': [
    'Dilation2D',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'LRN',
    'LRNGrad',
  ],
  'no gradient in tfjs, and rare in models': [
    'Bincount',
    'BitwiseAnd',
    'BroadcastArgs',
    'DenseBincount',
    'MaxPoolWithArgmax',
    'ScatterNd',
    'SearchSorted',
    'TensorScatterUpdate',
    'Unique',
  ],
  'draws that do not come from the key': ['Multinomial'],
  'replaced by the gradient of an equal expression': ['ResizeBilinearGrad', 'ResizeNearestNeighborGrad'],
};

let kernels: readonly string[];
beforeAll(async () => {
  await engines();
  kernels = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
});

test('every kernel of tfjs is compiled, or has a reason', () => {
  const compiled = new Set(Object.keys({ ...tfjsKernels, ...composites }));
  const others = kernels.filter((name) => !compiled.has(name));
  expect(others.sort()).toEqual(Object.values(reasons).flat().sort());
});

test('every compiled kernel of numbers has a gradient, or is a step of a gradient, or is fused for prediction', () => {
  const without = Object.keys({ ...tfjsKernels, ...composites }).filter((name) => tf.getGradient(name) === undefined);
  const creation = ['Fill', 'LinSpace', 'Range'];
  const steps = [
    'AvgPoolGrad',
    'Conv2DBackpropFilter',
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
    'EluGrad',
    'MaxPoolGrad',
  ];
  const fused = ['FusedConv2D', 'FusedDepthwiseConv2D', '_FusedMatMul'];
  expect(without.sort()).toEqual(['All', 'Any', ...creation, ...steps, ...fused].sort());
});
