import type { EngineOptions } from '../internal/engines.js';
import { functionLaws } from '../internal/function-laws.js';
import type { Law } from '../law.js';
import { stateIsDeclared, updatesAreDeclared } from './declared.js';
import { type Descent, descends } from './descent.js';
import { stateSurvivesACheckpoint } from './resumed.js';
import { argumentsAfter, casesOf, type OptimizerSubject, type UpdateArguments, updateWith } from './subject.js';

/**
 * What this library demands of every link of a chain: all that it demands of an optimizer, but that it descends.
 *
 * @example
 * for (const law of linkLaws({ optimizer: clipByGlobalNorm(1) })) await law.check();
 */
export const linkLaws = (given: OptimizerSubject, options: EngineOptions = {}): readonly Law[] => {
  const cases = casesOf(given);
  return [
    stateIsDeclared(cases),
    updatesAreDeclared(cases),
    ...functionLaws({
      ...options,
      what: 'update',
      cases,
      appliedOf: async (each) => ({
        f: (args: UpdateArguments) => updateWith(each.optimizer)(args),
        hosts: await argumentsAfter(each, 2),
      }),
    }),
    stateSurvivesACheckpoint(cases),
  ];
};

/**
 * What this library demands of every optimizer, its own included. Within `descent.steps` steps (default: 200) it must bring the loss of
 * simple landscapes to `descent.to` of what it was (default: 0.9).
 *
 * @example
 * const optimizer = adamW({ schedule: constantSchedule(0.01), weightDecay: 1e-4 });
 * for (const law of optimizerLaws({ optimizer })) await law.check();
 */
export const optimizerLaws = (
  given: OptimizerSubject & { readonly descent?: Descent },
  options: EngineOptions = {},
): readonly Law[] => [...linkLaws(given, options), descends(casesOf(given), given.descent ?? { steps: 200, to: 0.9 })];
