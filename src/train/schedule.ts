/**
 * The learning rate as a function of the step number.
 *
 * @module
 */
import { add, cos, greater, less, mul, scalar, sub, type Tensor, where } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError } from '../core/config.js';

/** From the number of steps done, a float32 scalar that starts at 0, to the rate of the next step, a scalar. */
export type Schedule = (step: Tensor) => Tensor;

/** The same rate at every step. */
export const constantSchedule =
  (rate: number): Schedule =>
  () =>
    scalar(rate);

export interface WarmUpCosine {
  /** The highest rate, reached when the warm-up ends. */
  readonly learningRate: number;
  readonly totalSteps: number;
  readonly warmUpSteps: number;
  /** The rate at step 0; 0 unless given. */
  readonly initialLearningRate?: number;
  /** Where the cosine ends; 0 unless given. */
  readonly finalLearningRate?: number;
}

/**
 * A linear rise, then half a cosine down to the final rate at `totalSteps`, and that rate after it (Loshchilov and Hutter 2017): `WarmUpCosine` of
 * the Keras example, with its two checks. Where the example divides by zero, with nothing but warm-up, the rate stays at
 * the base.
 */
export const warmUpCosine = (options: WarmUpCosine): E.Either<ConfigError, Schedule> => {
  const {
    learningRate: base,
    totalSteps,
    warmUpSteps,
    initialLearningRate: warmUpRate = 0,
    finalLearningRate: finalRate = 0,
  } = options;
  if (totalSteps < warmUpSteps) {
    return E.left(
      configError('schedule', `total steps must be as many as warm-up steps or more: ${totalSteps} < ${warmUpSteps}`),
    );
  }
  if (warmUpSteps > 0 && base < warmUpRate) {
    return E.left(configError('schedule', `the base rate must not be below the warm-up rate: ${base} < ${warmUpRate}`));
  }
  return E.right((step) => {
    const turn = mul(sub(step, warmUpSteps), Math.PI / Math.max(1, totalSteps - warmUpSteps));
    const cosine = add(mul(add(cos(turn), 1), 0.5 * (base - finalRate)), finalRate);
    const slope = warmUpSteps > 0 ? (base - warmUpRate) / warmUpSteps : 0;
    const rate = warmUpSteps > 0 ? where(less(step, warmUpSteps), add(mul(step, slope), warmUpRate), cosine) : cosine;
    return where(greater(step, totalSteps), scalar(finalRate), rate);
  });
};
