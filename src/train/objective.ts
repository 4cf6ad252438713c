import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import type * as E from 'fp-ts/lib/Either.js';
import type { Failure } from '../core/errors.js';
import type { Metrics } from './metric.js';

/** The target of a batch is not what the objective is made for. */
export interface TargetError extends Failure<'TargetError'> {
  readonly expected: string;
  readonly actual: string;
}

export const targetError = (where: string, expected: string, actual: string, advice: string): TargetError => ({
  _tag: 'TargetError',
  expected,
  actual,
  message: `${where}: expected ${expected}, got ${actual}. ${advice}`,
});

/**
 * What a model is trained for: what a target is, the loss that training minimizes, and the metrics that are reported.
 * `Output` is what the model returns and `Target` what a batch holds beside the input: both may be any tree of tensors.
 *
 * @example
 * // Reconstruct the input: there is no target beside it.
 * const reconstruct: Objective<{ error: Tensor<['batch']> }, unknown, 'loss'> = {
 *   loss: (output) => tf.mean(output.error),
 *   metrics: { loss: meanMetric((output) => output.error) },
 *   check: () => E.right(undefined),
 * };
 */
export interface Objective<Output, Target, N extends string = string> {
  /** The scalar that is minimized. */
  readonly loss: (output: Output, target: Target) => CoreTensor;
  /** By name. `loss` should be among them: reports and progress lines show it. */
  readonly metrics: Metrics<Output, Target, N>;
  /** Checks the target of a batch in host memory, before any engine sees it. */
  readonly check: (target: unknown) => E.Either<TargetError, void>;
}
