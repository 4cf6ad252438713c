import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { float32, int32 } from '../../../src/core/host-tensor.js';
import { valueAndGrad } from '../../../src/core/value-and-grad.js';
import { measure, regression, squaredError, summarizeMetrics } from '../../../src/train/index.js';
import { bits, expectClose, left, noise, tensorOf } from '../../core/harness.js';

const element = [2, 3, 2];
const size = 12;
const batch = 5;
const output = noise(1, [batch, ...element]);
const target = noise(2, [batch, ...element]);
const errors = Array.from({ length: batch }, (_, i) => {
  const differences = Array.from({ length: size }, (__, j) => output.data[i * size + j]! - target.data[i * size + j]!);
  return differences.reduce((sum, difference) => sum + difference ** 2, 0) / size;
});
const meanError = errors.reduce((sum, error) => sum + error, 0) / batch;

describe('regression', () => {
  const objective = regression(element);

  test('minimizes the mean squared error, and reports it', () => {
    expectClose(bits(squaredError(tensorOf(output), tensorOf(target))), errors);
    expectClose(bits(objective.loss(tensorOf(output), tensorOf(target))), [meanError]);
    const { loss } = measure(objective.metrics, tensorOf(output), tensorOf(target));
    const sums = { loss: { total: bits(loss.total!).reduce((sum, error) => sum + error, 0) } };
    expectClose([summarizeMetrics(objective.metrics, { examples: batch, sums }).loss], [meanError]);
  });

  test('has the gradient 2 · (output − target) / elements', () => {
    const { gradients } = valueAndGrad((p: { x: tf.Tensor }) => ({
      loss: objective.loss(p.x, tensorOf(target)),
      aux: {},
    }))({ x: tensorOf(output) });
    expectClose(
      bits(gradients.x),
      Array.from(output.data, (value, i) => (2 * (value - target.data[i]!)) / (batch * size)),
    );
  });

  test('works for single numbers', () => {
    const numbers = regression([]);
    expectClose(bits(numbers.loss(tf.tensor1d([1, 2, 4]), tf.tensor1d([1, 0, 1]))), [13 / 3]);
    expect(E.isRight(numbers.check(float32([3], [1, 2, 3])))).toBe(true);
    expect(left(numbers.check(float32([3, 1], [1, 2, 3])))._tag).toBe('TargetError');
  });

  test('checks the shape and type of the target', () => {
    expect(objective.check(target)).toEqual(E.right(undefined));
    for (const wrong of [
      noise(1, [batch, 2, 3, 1]),
      noise(1, [batch, 12]),
      noise(1, element),
      int32([1, ...element], new Array(size).fill(0)),
      { classes: target },
      undefined,
      7,
    ]) {
      const error = left(objective.check(wrong));
      expect(error).toMatchObject({ _tag: 'TargetError', expected: 'float32 [batch, 2, 3, 2]' });
    }
    expect(left(objective.check(noise(1, [3, 4]))).message).toMatch(/float32 \[batch, 2, 3, 2\].*float32 \[3,4\]/);
  });
});
