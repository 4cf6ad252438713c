import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { float32, type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { valueAndGrad } from '../../../src/core/value-and-grad.js';
import {
  addExamples,
  type ClassificationOptions,
  type ClassificationTarget,
  classification,
  mapMeasured,
  measure,
  noTotals,
  summarizeMetrics,
} from '../../../src/train/index.js';
import { bits, expectClose, left, noise, tensorOf } from '../../core/harness.js';
import {
  crossEntropyGradientOf,
  crossEntropyOf,
  imageWeightOf,
  inTopKOf,
  oneHotOf,
  type Row,
} from '../../support/classification-reference.js';

const [images, classes] = [9, 6];
const rowsOf = (flat: ArrayLike<number>): readonly Row[] =>
  Array.from({ length: images }, (_, i) => Array.from(flat).slice(i * classes, (i + 1) * classes));
const logits = noise(41, [images, classes]);
const scores = rowsOf(logits.data);
const classOf = scores.map((_, i) => (i * 5) % classes);
const oneHot = classOf.map((label) => oneHotOf(label, classes));
const mixed = rowsOf(noise(42, [images, classes]).data).map((row) => {
  const total = row.reduce((sum, value) => sum + Math.exp(2 * value), 0);
  return row.map((value) => Math.exp(2 * value) / total);
});
const classWeights = [1, 0.5, 2, 0.1, 3, 0.25];
const own = [1, 1, 2, 0.5, 0, 3, 0.25, 1, 1];

const labels = int32([images], classOf);
const distributions = float32([images, classes], mixed.flat());
const weights = float32([images], own);
const tensors = (target: HostTensor | { readonly classes: HostTensor; readonly weights: HostTensor }) =>
  'classes' in target
    ? { classes: tensorOf(target.classes), weights: tensorOf(target.weights) }
    : (tensorOf(target) as ClassificationTarget);

type Case = readonly [string, Parameters<typeof tensors>[0], rows: readonly Row[], own: Row | undefined];
const cases: readonly Case[] = [
  ['labels', labels, oneHot, undefined],
  ['weighted labels', { classes: labels, weights }, oneHot, own],
  ['distributions', distributions, mixed, undefined],
  ['weighted distributions', { classes: distributions, weights }, mixed, own],
];
const manyOptions: readonly Omit<ClassificationOptions, 'classes'>[] = [
  {},
  { labelSmoothing: 0.1 },
  { classWeights },
  { labelSmoothing: 0.2, classWeights },
];

/** Σ wᵢ xᵢ / Σ vᵢ */
const ratio = (values: Row, factors: Row, divisors: Row): number =>
  values.reduce((sum, value, i) => sum + factors[i]! * value, 0) / divisors.reduce((sum, value) => sum + value, 0);

describe.each(cases)('classification of %s', (_, target, rows, imageWeights) => {
  const ones = rows.map(() => 1);
  const ownWeights = imageWeights ?? ones;

  describe.each(manyOptions)('%o', (options) => {
    const objective = orThrow(classification({ classes, ...options }));
    const totalWeights = rows.map((row, i) => imageWeightOf(row, ownWeights[i], options.classWeights));

    test('the loss is the weighted mean, divided by the sum of the weights', () => {
      const losses = scores.map((row, i) => crossEntropyOf(row, rows[i]!, options));
      expectClose(bits(objective.loss(tensorOf(logits), tensors(target))), [ratio(losses, ownWeights, totalWeights)]);
    });

    test('its gradient is that of the definition', () => {
      const { gradients } = valueAndGrad((p: { x: tf.Tensor }) => ({
        loss: objective.loss(p.x, tensors(target)),
        aux: {},
      }))({ x: tensorOf(logits) });
      const total = totalWeights.reduce((sum, weight) => sum + weight, 0);
      expectClose(
        bits(gradients.x),
        scores.flatMap((row, i) =>
          crossEntropyGradientOf(row, rows[i]!, options).map((slope) => (slope * ownWeights[i]!) / total),
        ),
      );
    });

    test('the metrics are weighted means too: the loss without smoothing, and the accuracies', () => {
      const measured = mapMeasured(
        measure(objective.metrics, tensorOf(logits), tensors(target)),
        (values) => values.dataSync() as HostTensor['data'],
      );
      const { loss, top1, top5 } = summarizeMetrics(objective.metrics, addExamples(noTotals, measured));
      const best = rows.map((row) => row.indexOf(Math.max(...row)));
      const mean = (values: Row): number => ratio(values, totalWeights, totalWeights);
      expectClose(
        [loss, top1, top5],
        [
          mean(scores.map((row, i) => crossEntropyOf(row, rows[i]!))),
          mean(scores.map((row, i) => inTopKOf(row, best[i]!, 1))),
          mean(scores.map((row, i) => inTopKOf(row, best[i]!, 5))),
        ],
      );
      // Some but not all, so that a constant would fail.
      expect(top1).toBeGreaterThan(0);
      expect(top5).toBeLessThan(1);
    });
  });
});

describe('classification', () => {
  const plain = orThrow(classification({ classes }));
  const lossOf = (objective: typeof plain, target: ClassificationTarget): readonly number[] =>
    bits(objective.loss(tensorOf(logits), target));

  test('weights of 1 change nothing, and a common factor of all weights changes nothing', () => {
    const alike = (value: number) => ({ classes: tensorOf(labels), weights: tf.fill([images], value) });
    expectClose(lossOf(plain, alike(1)), lossOf(plain, tensorOf(labels)), 1e-6);
    expectClose(lossOf(plain, alike(8)), lossOf(plain, tensorOf(labels)), 1e-6);
    const eight = orThrow(classification({ classes, classWeights: new Array(classes).fill(8) }));
    expectClose(lossOf(eight, tensorOf(labels)), lossOf(plain, tensorOf(labels)), 1e-6);
  });

  test('an image of weight 0 is ignored', () => {
    const some = (count: number) => ({
      classes: tf.slice(tensorOf(labels), 0, count),
      weights: tf.ones([count]),
    });
    const masked = { classes: tensorOf(labels), weights: tf.tensor1d([1, 1, 1, 1, 0, 0, 0, 0, 0]) };
    const first = tf.slice(tensorOf(logits), [0, 0], [4, classes]);
    expectClose(lossOf(plain, masked), bits(plain.loss(first, some(4))), 1e-6);
  });

  test('a label that is not a class makes the loss NaN, and is never a hit', () => {
    const wrong = tf.tensor1d([...classOf.slice(1), classes], 'int32');
    expect(lossOf(plain, wrong)).toEqual([Number.NaN]);
    const { loss, top1, top5 } = measure(plain.metrics, tensorOf(logits), wrong);
    expect(bits(loss.total!).at(-1)).toBeNaN();
    expect(bits(loss.total!).slice(0, -1).some(Number.isNaN)).toBe(false);
    expect([bits(top1.total!).at(-1), bits(top5.total!).at(-1)]).toEqual([0, 0]);
    const negative = measure(plain.metrics, tensorOf(logits), tf.tensor1d([...classOf.slice(1), -1], 'int32'));
    expect([bits(negative.top1.total!).at(-1), bits(negative.top5.total!).at(-1)]).toEqual([0, 0]);
  });

  test.each<[object, string, RegExp]>([
    [{ classes: 1 }, 'classes', /2 classes or more/],
    [{ classes: 2.5 }, 'classes', /2 classes or more/],
    [{ classes: Number.NaN }, 'classes', /2 classes or more/],
    [{ classes: 3, labelSmoothing: 1 }, 'labelSmoothing', /\[0, 1\)/],
    [{ classes: 3, labelSmoothing: -0.1 }, 'labelSmoothing', /\[0, 1\)/],
    [{ classes: 3, classWeights: [1, 2] }, 'classWeights', /expected 3 weights.*got 2/],
    [{ classes: 3, classWeights: [1, 2, -1] }, 'classWeights.2', /0 or more/],
    [{ classes: 3, smoothing: 0.1 }, 'smoothing', /unknown field/],
  ])('rejects the options %o', (options, field, message) => {
    const error = left(classification(options as ClassificationOptions));
    expect(error).toMatchObject({ _tag: 'ConfigError', field });
    expect(error.message).toMatch(message);
  });
});

describe('the check of a target', () => {
  const { check } = orThrow(classification({ classes: 3 }));
  const rows = (...given: readonly (readonly number[])[]): HostTensor =>
    float32([given.length, given[0]!.length], given.flat());
  const two = int32([2], [0, 2]);

  test.each<[string, unknown]>([
    ['labels', two],
    ['distributions', rows([0, 0, 1], [0.2, 0.3, 0.5])],
    ['weighted labels', { classes: two, weights: float32([2], [0, 2]) }],
    ['weighted distributions', { classes: rows([1, 0, 0]), weights: float32([1], [0.5]) }],
  ])('accepts %s', (_, target) => {
    expect(check(target)).toEqual(E.right(undefined));
  });

  const labelling = 'int32 labels [batch] or float32 distributions [batch, 3]';
  test.each<[string, unknown, expected: string, actual: string, where: RegExp]>([
    ['a negative label', int32([3], [0, -1, 2]), 'a class in 0…2', '-1', /label 1/],
    ['a label that is too large', int32([2], [0, 3]), 'a class in 0…2', '3', /label 1/],
    ['fractional labels', float32([2], [0, 1.5]), labelling, 'float32 [2]', /target/],
    ['whole labels of another type', float32([2], [0, 1]), labelling, 'float32 [2]', /target/],
    ['labels in a column', int32([2, 1], [0, 1]), labelling, 'int32 [2,1]', /target/],
    ['a single label', int32([], [1]), labelling, 'int32 []', /target/],
    ['distributions over other classes', rows([0.5, 0.5]), labelling, 'float32 [1,2]', /target/],
    ['distributions of integers', int32([1, 3], [0, 1, 0]), labelling, 'int32 [1,3]', /target/],
    ['a sum above 1', rows([0, 1, 0], [0.5, 0.5, 0.5]), 'probabilities with sum 1', 'sum 1.5', /image 1/],
    ['a sum below 1', rows([0, 0, 0]), 'probabilities with sum 1', 'sum 0', /image 0/],
    ['a negative probability', rows([1.5, -0.5, 0]), 'probabilities with sum 1', 'sum 1', /image 0/],
    ['a NaN', rows([Number.NaN, 0.5, 0.5]), 'probabilities with sum 1', 'sum NaN', /image 0/],
    ['too few weights', { classes: two, weights: float32([1], [1]) }, 'shape [2]', '[1]', /weights/],
    ['a column of weights', { classes: two, weights: float32([2, 1], [1, 1]) }, 'shape [2]', '[2,1]', /weights/],
    [
      'a negative weight',
      { classes: two, weights: float32([2], [1, -1]) },
      'a finite number, 0 or more',
      '-1',
      /weight 1/,
    ],
    [
      'an infinite weight',
      { classes: two, weights: float32([2], [1, Number.POSITIVE_INFINITY]) },
      'a finite number, 0 or more',
      'Infinity',
      /weight 1/,
    ],
    [
      'a wrong label with weights',
      { classes: int32([1], [7]), weights: float32([1], [1]) },
      'a class in 0…2',
      '7',
      /label 0/,
    ],
    ['weights that are not a tensor', { classes: two, weights: [1, 1] }, labelling, 'object', /target/],
    ['nothing', undefined, labelling, 'undefined', /target/],
    ['a list', [0, 1], labelling, 'object', /target/],
  ])('rejects %s', (_, target, expected, actual, where) => {
    const error = left(check(target));
    expect(error).toMatchObject({ _tag: 'TargetError', expected, actual });
    expect(error.message).toMatch(where);
    expect(error.message).toContain(`expected ${expected}, got ${actual}`);
  });
});
