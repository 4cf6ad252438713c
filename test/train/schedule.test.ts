import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import { constantSchedule, type WarmUpCosine, warmUpCosine } from '../../src/train/index.js';
import { bits, left } from '../core/harness.js';

/** `WarmUpCosine.__call__` of the Keras example. */
const keras = (o: Required<Omit<WarmUpCosine, 'finalLearningRate'>>, step: number): number => {
  if (step > o.totalSteps) return 0;
  if (o.warmUpSteps > 0 && step < o.warmUpSteps)
    return ((o.learningRate - o.initialLearningRate) / o.warmUpSteps) * step + o.initialLearningRate;
  const turn = (Math.PI * (step - o.warmUpSteps)) / (o.totalSteps - o.warmUpSteps);
  return 0.5 * o.learningRate * (1 + Math.cos(turn));
};

const rateAt = (options: WarmUpCosine, step: number): number =>
  bits(orThrow(warmUpCosine(options))(tf.scalar(step)))[0]!;

describe('warmUpCosine', () => {
  test.each([
    [
      'the 9,765 steps of the example',
      { learningRate: 1e-3, totalSteps: 9765, warmUpSteps: 976, initialLearningRate: 0 },
      31,
    ],
    ['a short one from above zero', { learningRate: 0.5, totalSteps: 20, warmUpSteps: 5, initialLearningRate: 0.1 }, 1],
    ['no warm-up', { learningRate: 0.5, totalSteps: 20, warmUpSteps: 0, initialLearningRate: 0 }, 1],
    [
      'no warm-up, with an initial rate that is not used',
      { learningRate: 0.5, totalSteps: 20, warmUpSteps: 0, initialLearningRate: 2 },
      1,
    ],
    ['a flat warm-up', { learningRate: 0.5, totalSteps: 20, warmUpSteps: 5, initialLearningRate: 0.5 }, 1],
  ])('%s, over its whole range and beyond', (_, options, every) => {
    const steps = new Set([0, options.warmUpSteps, options.totalSteps, options.totalSteps + 1, 2 * options.totalSteps]);
    for (let step = 0; step <= options.totalSteps + 2; step += every) steps.add(step);
    for (const step of steps)
      expect(Math.abs(rateAt(options, step) - keras(options, step)), `step ${step}`).toBeLessThan(
        1e-6 * options.learningRate,
      );
  });

  test('rises to the highest rate and falls to the final rate', () => {
    const options = { learningRate: 1, totalSteps: 10, warmUpSteps: 4 };
    expect([0, 2, 4, 7, 10, 11].map((step) => Number(rateAt(options, step).toFixed(5)))).toEqual([
      0, 0.5, 1, 0.5, 0, 0,
    ]);
  });

  test('ends at a final rate above zero, and stays there', () => {
    const options = { learningRate: 1, totalSteps: 10, warmUpSteps: 4, finalLearningRate: 0.2 };
    expect([2, 4, 7, 10, 11, 99].map((step) => Number(rateAt(options, step).toFixed(5)))).toEqual([
      0.5, 1, 0.6, 0.2, 0.2, 0.2,
    ]);
  });

  test('with warm-up steps only, stays finite and ends at the highest rate', () => {
    const options = { learningRate: 1, totalSteps: 4, warmUpSteps: 4 };
    expect([0, 1, 3, 4, 5].map((step) => rateAt(options, step))).toEqual([0, 0.25, 0.75, 1, 0]);
  });

  test('rejects what the example rejects', () => {
    const total = left(warmUpCosine({ learningRate: 1, totalSteps: 3, warmUpSteps: 4 }));
    expect(total).toMatchObject({ _tag: 'ConfigError', field: 'schedule' });
    expect(total.message).toMatch(/3 < 4/);
    const base = left(warmUpCosine({ learningRate: 0.1, totalSteps: 9, warmUpSteps: 4, initialLearningRate: 0.2 }));
    expect(base.message).toMatch(/0\.1 < 0\.2/);
  });
});

test('a constant rate is the same at every step', () => {
  expect([0, 1, 1e6].map((step) => bits(constantSchedule(0.25)(tf.scalar(step)))[0])).toEqual([0.25, 0.25, 0.25]);
});
