/**
 * A metric is measured on tensors, added up, and summarized to one number.
 *
 * A metric computes statistics for each example. The statistics are summed over all examples, which makes them a monoid:
 * the summary does not depend on how a data set is split into batches, threads or devices.
 *
 * @module
 */
import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as M from 'fp-ts/lib/Monoid.js';
import { MonoidSum } from 'fp-ts/lib/number.js';
import type { Tensor } from '../core/axes.js';

/** A metric with statistics called `S`, of a model's output and the target of a batch. */
export interface Metric<Output, Target, S extends string = string> {
  /** The statistics of each example: `[batch]` each. */
  readonly measure: (output: Output, target: Target) => Readonly<Record<S, Tensor<['batch']>>>;
  /** From the sums of the statistics over `examples` examples to the number that people read. */
  summarize(sums: Readonly<Record<S, number>>, examples: number): number;
}

/**
 * The mean of a value of each example.
 *
 * @example
 * const squaredError = meanMetric((output: tf.Tensor, target: tf.Tensor) => tf.mean(tf.squaredDifference(output, target), -1));
 */
export const meanMetric = <Output, Target>(
  value: (output: Output, target: Target) => Tensor<['batch']>,
): Metric<Output, Target, 'total'> => ({
  measure: (output, target) => ({ total: value(output, target) }),
  summarize: ({ total }, examples) => total / examples,
});

/** Metrics by name. */
export type Metrics<Output, Target, N extends string = string> = { readonly [K in N]: Metric<Output, Target> };

/** For each metric `N` its statistics, as `T`: tensors `[batch]`, sums, or lists with a number for each example. */
export type Measured<T, N extends string = string> = { readonly [K in N]: Readonly<Record<string, T>> };

/** Summed statistics of some examples. */
export interface Totals<N extends string = string> {
  readonly examples: number;
  readonly sums: Measured<number, N>;
}

/** The totals of no examples. */
export const noTotals: Totals<never> = { examples: 0, sums: {} };

/** A value that was put there: a metric may be called 'constructor'. */
const own = <A>(values: Readonly<Record<string, A>>, name: string): A | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

const sumsMonoid: M.Monoid<Measured<number>> = {
  empty: {},
  concat: (a, b) => combineRecords(a, b, (x, y) => combineRecords(x, y, MonoidSum.concat)),
};

const combineRecords = <A>(
  a: Readonly<Record<string, A>>,
  b: Readonly<Record<string, A>>,
  combine: (x: A, y: A) => A,
): Readonly<Record<string, A>> => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).map(([name, value]) => {
      const before = own(a, name);
      return [name, before === undefined ? value : combine(before, value)];
    }),
  ),
});

/** Totals are added statistic by statistic; `noTotals` is the unit. */
export const totalsMonoid: M.Monoid<Totals> = M.struct({ examples: MonoidSum, sums: sumsMonoid });

/** Adds measured examples to totals, one after the other in double precision: the split into batches changes no bit. */
export const addExamples = (totals: Totals, measured: Measured<ArrayLike<number>>): Totals => {
  let examples = 0;
  const sums = mapMeasured(measured, (values, metric, statistic) => {
    examples = values.length;
    let sum = own(own(totals.sums, metric) ?? {}, statistic) ?? 0;
    for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
    return sum;
  });
  return { examples: totals.examples + examples, sums };
};

/** Applies `f` to each statistic. */
export const mapMeasured = <A, B, N extends string>(
  measured: Measured<A, N>,
  f: (value: A, metric: string, statistic: string) => B,
): Measured<B, N> => {
  const entries = Object.entries<Readonly<Record<string, A>>>(measured).map(([metric, statistics]) => [
    metric,
    Object.fromEntries(Object.entries(statistics).map(([name, value]) => [name, f(value, metric, name)])),
  ]);
  return Object.fromEntries(entries) as Measured<B, N>;
};

/** Measures each example of a batch by every metric. */
export const measure = <Output, Target, N extends string>(
  metrics: Metrics<Output, Target, N>,
  output: Output,
  target: Target,
): Measured<CoreTensor, N> => mapRecord(metrics, (metric: Metric<Output, Target>) => metric.measure(output, target));

/** The number of each metric, such as `{ loss: 0.31, top1: 0.91, top5: 0.99 }`. */
export type Summary<N extends string = string> = { readonly [K in N]: number };

/** Summarizes totals. */
export const summarizeMetrics = <Output, Target, N extends string>(
  metrics: Metrics<Output, Target, N>,
  { examples, sums }: Totals,
): Summary<N> =>
  mapRecord(metrics, (metric: Metric<Output, Target>, name) => metric.summarize(own(sums, name) ?? {}, examples));

const mapRecord = <A, B, N extends string>(
  record: { readonly [K in N]: A },
  f: (value: A, name: string) => B,
): { readonly [K in N]: B } =>
  Object.fromEntries(Object.entries<A>(record).map(([name, value]) => [name, f(value, name)])) as {
    readonly [K in N]: B;
  };
