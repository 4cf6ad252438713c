import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { orThrow } from '../../../src/core/or-throw.js';
import { balancedWeights, classification } from '../../../src/train/index.js';
import { someImages } from '../../data/fixtures.js';

const sourceOf = (labels: readonly number[], classes: number) => ({
  ...someImages(10),
  count: labels.length,
  classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
  label: (index: number) => labels[index] ?? Number.NaN,
});

test('are the images over the classes times the images of the class, as in scikit-learn', () => {
  expect(balancedWeights(sourceOf([0, 0, 0, 1], 2))).toEqual([4 / (2 * 3), 4 / 2]);
  expect(balancedWeights(sourceOf([2, 1, 0], 3))).toEqual([1, 1, 1]);
  expect(balancedWeights(sourceOf([2, 2, 2, 0], 4))).toEqual([2, 0, 4 / 6, 0]);
});

test('make the loss that of the mean over classes of the mean over their images; label smoothing is weighted, too', () => {
  const labels = [0, 0, 0, 1];
  const rows = [
    [2, -1],
    [0.5, 0.3],
    [-1, 1],
    [0.2, 1.2],
  ];
  const lossesOf = (smoothing: number, weights: readonly number[]) =>
    rows.map((row, i) => {
      const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
      return row.reduce((sum, x, c) => {
        const target = (1 - smoothing) * (c === labels[i] ? 1 : 0) + smoothing / 2;
        return sum + weights[c]! * target * (total - x);
      }, 0);
    });
  const classWeights = balancedWeights(sourceOf(labels, 2));
  const lossWith = (labelSmoothing: number): number => {
    const objective = orThrow(classification({ classes: 2, classWeights, labelSmoothing }));
    return tf.tidy(
      () => objective.loss(tf.tensor2d(rows) as never, tf.tensor1d(labels, 'int32') as never).dataSync()[0]!,
    );
  };
  const [a, b, c, d] = lossesOf(0, [1, 1]) as [number, number, number, number];
  expect(lossWith(0)).toBeCloseTo(((a + b + c) / 3 + d) / 2, 6);
  // The sum of the weights of four images is four.
  expect(lossWith(0.2)).toBeCloseTo(lossesOf(0.2, classWeights).reduce((sum, x) => sum + x, 0) / 4, 6);
});
