import type { EngineOptions } from '../internal/engines.js';
import { functionLaws } from '../internal/function-laws.js';
import type { Law } from '../law.js';
import { batchLaws } from './batch.js';
import { casesOf, type MetricArguments, type MetricCase, type MetricSubject } from './subject.js';

/**
 * What this library demands of every metric, its own included.
 *
 * @example
 * const examples = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 5 }).map((pairs) => ({
 *   output: float32([pairs.length], pairs.map(([output]) => output)),
 *   target: float32([pairs.length], pairs.map(([, target]) => target)),
 * }));
 * const metric = meanMetric((output: tf.Tensor, target: tf.Tensor) => tf.squaredDifference(output, target));
 * for (const law of metricLaws({ metric, examples })) await law.check();
 */
export const metricLaws = <Output, Target>(
  given: MetricSubject<Output, Target>,
  options: EngineOptions = {},
): readonly Law[] => {
  const cases = casesOf(given);
  return [
    ...batchLaws(cases),
    ...functionLaws({
      ...options,
      what: 'measure',
      cases,
      appliedOf: ({ hosts }: MetricCase) => ({
        f: ({ output, target }: MetricArguments<Output, Target>) => given.metric.measure(output, target),
        hosts,
      }),
    }),
  ];
};
