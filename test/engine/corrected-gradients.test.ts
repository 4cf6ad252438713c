/** Gradients that tfjs lacks or has wrong, against differences of values. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { eager } from '../../src/engine/eager/eager.js';
import { hostOf } from './compiler/run-case.js';
import type { Argument } from './compiler/tfjs-kernel-cases/index.js';
import { right } from './engines.js';

beforeAll(() => right(eager('cpu')));

type Images = tf.Tensor4D;
type Case = readonly [name: string, f: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: readonly Argument[]];

const images = { shape: [2, 4, 5, 2], from: -1, to: 1 };
const filter = { shape: [2, 3, 2, 2], from: -1, to: 1 };
const indices = (): tf.Tensor => tf.tensor2d([1, 2, 0, 1, 1, 2], [3, 2], 'int32');

const functions: readonly Case[] = [
  ['a product of different ranks', (a, b) => tf.matMul(a, b), { shape: [2, 3, 4] }, { shape: [4, 3] }],
  ['a product that broadcasts', (a, b) => tf.matMul(a, b, true, true), { shape: [1, 4, 3] }, { shape: [2, 5, 4] }],
  ['maximum of a matrix and a row', tf.maximum, { shape: [3, 4] }, { shape: [4], from: -1.93 }],
  ['minimum of a matrix and a column', tf.minimum, { shape: [3, 4] }, { shape: [3, 1], from: -1.93 }],
  ['squaredDifference', tf.squaredDifference, { shape: [3, 4] }, { shape: [4] }],
  ['einsum', (a, b) => tf.einsum('bnd,de->ebn', a, b), { shape: [2, 3, 4] }, { shape: [4, 2] }],
  ['gatherND', (x) => tf.gatherND(x, indices()), { shape: [2, 3, 2] }],
  ['stridedSlice', (x) => tf.stridedSlice(x, [1, 3], [0, 0], [-1, -2], 0, 3), { shape: [2, 4, 2] }],
  ['depthToSpace', (x) => tf.depthToSpace(x as Images, 2), { shape: [1, 2, 2, 8] }],
  ['topk', (x) => tf.topk(x, 2).values, { shape: [3, 5] }],
  ['cumprod', (x) => tf.cumprod(x, 1, true), { shape: [2, 4], from: 0.5, to: 1 }],
  ['cumprod with a zero', (x) => tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1])), 1), { shape: [2, 3], from: 0.5, to: 1 }],
  [
    'mirrorPad',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 0],
        ],
        'reflect',
      ),
    { shape: [3, 4] },
  ],
  ['avgPool with padding of one', (x) => tf.avgPool(x as Images, 3, 2, 1, 'floor'), images],
  ['avgPool with padding', (x) => tf.avgPool(x as Images, 3, 2, 'same'), images],
  ['avgPool without', (x) => tf.avgPool(x as Images, [2, 3], 1, 'valid'), images],
  ['a dilated convolution', (x, w) => tf.conv2d(x as Images, w as Images, 1, 'same', 'NHWC', [2, 1]), images, filter],
  [
    'a dilated depthwise convolution',
    (x, w) => tf.depthwiseConv2d(x as Images, w as Images, 1, 1, 'NHWC', [1, 2]),
    images,
    filter,
  ],
  ['resizeBilinear', (x) => tf.image.resizeBilinear(x as Images, [3, 7], false, true), images],
  ['resizeNearestNeighbor', (x) => tf.image.resizeNearestNeighbor(x as Images, [3, 7], false, true), images],
];

const STEP = 1 / 64;

test.each(functions.map(([name, f, ...inputs]) => [name, f, inputs] as const))('%s', (_, f, inputs) => {
  const tensors = inputs.map((argument, i) => {
    const { data, shape } = hostOf(argument, i);
    return tf.tensor(data, [...shape], 'float32');
  });
  const weighted = (...given: tf.Tensor[]): tf.Scalar => {
    const y = f(...given);
    return tf.sum(tf.mul(y, tf.reshape(tf.linspace(-1, 2, y.size), y.shape)));
  };
  const gradients = tf.grads(weighted)(tensors);
  tensors.forEach((x, position) => {
    const values = x.dataSync();
    const along = (i: number, by: number): number => {
      const moved = values.slice();
      moved[i] = values[i]! + by;
      return weighted(...tensors.with(position, tf.tensor(moved, x.shape))).dataSync()[0]!;
    };
    gradients[position]!.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo((along(i, STEP) - along(i, -STEP)) / (2 * STEP), 2);
    });
  });
});
