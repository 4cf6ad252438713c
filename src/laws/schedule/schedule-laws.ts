import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { float32 } from '../../core/host-tensor.js';
import type { Schedule } from '../../train/schedule.js';
import type { EngineOptions } from '../internal/engines.js';
import { functionLaws } from '../internal/function-laws.js';
import { numbersOf, onCpu, showSizes, tensorOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';

/** A schedule, at a step. */
interface ScheduleCase {
  readonly step: number;
  readonly seed: number;
}

const at = (step: number) => float32([], [step]);

// Long after the end of training, too: a step that float32 holds exactly.
const cases: fc.Arbitrary<ScheduleCase> = fc
  .record({ step: fc.oneof(fc.nat(20), fc.nat(2000), fc.nat(1e6)), seed: fc.nat(9999) })
  .map((given) => ({ ...given, [fc.toStringMethod]: () => `step ${given.step}` }));

const rateProblem = (schedule: Schedule, step: number): Problem => {
  const made = schedule(tensorOf(at(step)));
  if (made.shape.length > 0) return `expected a scalar, got a tensor ${showSizes(made.shape)}`;
  const [rate = Number.NaN] = numbersOf(made);
  return Number.isFinite(rate) && rate >= 0 ? undefined : `the rate is ${rate}`;
};

/**
 * What this library demands of every schedule, its own included: a learning rate at every step, also long after training should have
 * ended.
 *
 * @example
 * const schedule: Schedule = (step) => tf.div(0.1, tf.sqrt(tf.add(step, 1)));
 * for (const law of scheduleLaws({ schedule })) await law.check();
 */
export const scheduleLaws = (
  { schedule }: { readonly schedule: Schedule },
  options: EngineOptions = {},
): readonly Law[] => [
  makeLaw({
    name: 'every step has a finite rate of 0 or more',
    cases,
    problemOf: ({ step }) => onCpu(() => rateProblem(schedule, step)),
    lookAt: 'divisions and roots at step 0, and the steps after the last',
    runs: 100,
  }),
  ...functionLaws({
    ...options,
    what: 'schedule',
    cases,
    appliedOf: ({ step }: ScheduleCase) => ({
      f: ({ step: given }: { readonly step: Tensor }) => ({ rate: schedule(given) }),
      hosts: { step: at(step) },
    }),
  }),
];
