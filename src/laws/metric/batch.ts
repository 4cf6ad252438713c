/** A metric measures each example, so that a data set has one summary, however it is split into batches. */
import type fc from 'fast-check';
import { addExamples, noTotals, summarizeMetrics } from '../../train/metric.js';
import { inDoublePrecision } from '../internal/double-precision.js';
import { differingNumber, largest, onCpu } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type MetricCase, measuredIn } from './subject.js';

/** Relative rounding in double precision. */
const ROUNDING = 1e-9;

const statisticsProblem = (given: MetricCase): Problem => {
  const statistics = Object.entries(measuredIn(given, 0, given.batch));
  if (statistics.length === 0) return 'measure returns no statistic';
  for (const [name, values] of statistics) {
    if (values.length !== given.batch)
      return `expected a number for each of ${given.batch} examples, got ${values.length} for the statistic '${name}'`;
    if (!values.every(Number.isFinite)) return `the statistic '${name}' has numbers that are not finite`;
  }
  return undefined;
};

const alone = (given: MetricCase): Problem => {
  for (const [name, together] of Object.entries(measuredIn(given, 0, given.batch)))
    for (const [i, expected] of together.entries()) {
      const own = measuredIn(given, i, i + 1)[name] ?? [];
      const different = differingNumber(own, [expected], ROUNDING * largest(together));
      if (different !== undefined)
        return `the statistic '${name}' of example ${i} is ${expected} in its batch, and ${different.actual} alone`;
    }
  return undefined;
};

const summaryProblem = (given: MetricCase): Problem => {
  const { batch, seed, summarize } = given;
  const summaryOf = (parts: readonly (readonly [from: number, to: number])[]): number =>
    summarizeMetrics(
      { metric: { measure: () => ({}), summarize } },
      parts
        .filter(([from, to]) => from < to)
        .reduce((totals, [from, to]) => addExamples(totals, { metric: measuredIn(given, from, to) }), noTotals),
    ).metric;
  const cut = seed % (batch + 1);
  const whole = summaryOf([[0, batch]]);
  const split = summaryOf([
    [cut, batch],
    [0, cut],
  ]);
  if (!Number.isFinite(whole)) return `the summary of ${batch} examples is ${whole}`;
  return Math.abs(split - whole) <= ROUNDING * (1 + Math.abs(whole))
    ? undefined
    : `the summary of ${batch} examples is ${whole}, but ${split} if the first ${cut} come last, in a batch of their own`;
};

/** The laws of examples, batches and their summary. */
export const batchLaws = (cases: fc.Arbitrary<MetricCase>): readonly Law[] => {
  const law = (name: string, problemOf: (given: MetricCase) => Problem, lookAt: string): Law =>
    makeLaw({
      name,
      cases,
      problemOf: (given) => onCpu(() => inDoublePrecision(() => problemOf(given))),
      lookAt,
      runs: 10,
    });
  return [
    law(
      'every example has a finite number for each statistic',
      statisticsProblem,
      'means and sums over the batch in measure, which are for summarize; logarithms and divisions',
    ),
    law('examples are measured alone', alone, 'reductions and reshapes over the first axis in measure'),
    law(
      'the summary is a finite number, however the examples are split into batches',
      summaryProblem,
      'summarize: it may use nothing but the sums and the number of examples',
    ),
  ];
};
