/**
 * The learning rate as a function of the step number.
 *
 * @module
 */
import { add, cos, greater, less, mul, scalar, sub, type Tensor, where } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { atMost, type ConfigError, configError, decode, notNegative, record, wholeNumber } from '../core/config.js';
import { requireOption } from '../core/require.js';

/** Maps the number of completed steps, a float32 scalar, to the learning rate of the next step, a scalar. */
export type Schedule = (step: Tensor) => Tensor;

/** The same rate at every step, 0 or more; for another a step is an `EngineError` of the kind `invalid-option`. */
export const constantSchedule =
  (learningRate: number): Schedule =>
  () => {
    requireOption('learningRate', notNegative, learningRate);
    return scalar(learningRate);
  };

export interface WarmUpCosine {
  /** The highest rate, reached when the warm-up ends. */
  readonly learningRate: number;
  readonly totalSteps: number;
  readonly warmUpSteps: number;
  /** The rate at step 0. Default: 0. */
  readonly initialLearningRate?: number;
  /** The rate at the end of the cosine. Default: 0. */
  readonly finalLearningRate?: number;
}

// Beyond any use, and far from where float32 overflows.
const rate = atMost(1e6, notNegative);

const Options = record(
  'a schedule',
  { learningRate: rate, totalSteps: wholeNumber, warmUpSteps: wholeNumber },
  { initialLearningRate: rate, finalLearningRate: rate },
);

/**
 * A linear warm-up, then half a cosine down to the final rate at `totalSteps`, which then stays (Loshchilov and Hutter 2017).
 * This is `WarmUpCosine` of the Keras example, with its two checks. If all steps are warm-up, the example divides by zero; here
 * the rate ends at `learningRate`.
 *
 * Errors: a `ConfigError` for steps that are not whole numbers, rates below 0, and options that do not fit together.
 */
export const warmUpCosine = (options: WarmUpCosine): E.Either<ConfigError, Schedule> => {
  const {
    learningRate: base,
    totalSteps,
    warmUpSteps,
    initialLearningRate: warmUpRate = 0,
    finalLearningRate: finalRate = 0,
  } = options;
  const decoded = decode(Options)({
    learningRate: base,
    totalSteps,
    warmUpSteps,
    initialLearningRate: warmUpRate,
    finalLearningRate: finalRate,
  });
  if (E.isLeft(decoded)) return decoded;
  if (totalSteps < warmUpSteps) {
    return E.left(configError('schedule', `totalSteps must not be below warmUpSteps: ${totalSteps} < ${warmUpSteps}`));
  }
  if (warmUpSteps > 0 && base < warmUpRate) {
    return E.left(
      configError('schedule', `learningRate must not be below initialLearningRate: ${base} < ${warmUpRate}`),
    );
  }
  return E.right((step) => {
    const turn = mul(sub(step, warmUpSteps), Math.PI / Math.max(1, totalSteps - warmUpSteps));
    const cosine = add(mul(add(cos(turn), 1), 0.5 * (base - finalRate)), finalRate);
    const slope = warmUpSteps > 0 ? (base - warmUpRate) / warmUpSteps : 0;
    const rate = warmUpSteps > 0 ? where(less(step, warmUpSteps), add(mul(step, slope), warmUpRate), cosine) : cosine;
    return where(greater(step, totalSteps), scalar(finalRate), rate);
  });
};
