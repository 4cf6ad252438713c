/**
 * What a law of metrics is about: a metric, and outputs with targets to measure.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { Hosts } from '../../core/declaration.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { entries, leaves, map, showPath } from '../../core/tree.js';
import type { Metric } from '../../train/metric.js';
import { doubleTensor } from '../internal/double-precision.js';
import { numbersOf, showSizes, treeOf } from '../internal/tensors.js';

/** Outputs of a model with their targets, in host memory. The first axis of every tensor is the batch. */
export interface Examples<Output, Target> {
  readonly output: Hosts<Output>;
  readonly target: Hosts<Target>;
}

/**
 * A metric, and batches of examples to measure.
 *
 * @example
 * const examples = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 5 }).map((pairs) => ({
 *   output: float32([pairs.length], pairs.map(([output]) => output)),
 *   target: float32([pairs.length], pairs.map(([, target]) => target)),
 * }));
 * const metric = meanMetric((output: tf.Tensor, target: tf.Tensor) => tf.squaredDifference(output, target));
 * const subject: MetricSubject<tf.Tensor, tf.Tensor> = { metric, examples };
 */
export interface MetricSubject<Output, Target> {
  readonly metric: Metric<Output, Target>;
  readonly examples: fc.Arbitrary<Examples<Output, Target>>;
}

/** What `measure` takes. */
export interface MetricArguments<Output, Target> {
  readonly output: Output;
  readonly target: Target;
}

/** A metric that measures trees whose types are known at run time only, and a batch. */
export interface MetricCase {
  /** The statistics of examples in host memory, with tensors that a function makes of them. */
  readonly measure: (tensorOfHost: (host: HostTensor) => Tensor, hosts: unknown) => unknown;
  readonly summarize: Metric<unknown, unknown>['summarize'];
  readonly hosts: unknown;
  readonly batch: number;
  readonly seed: number;
}

const shown = ({ shape, data }: HostTensor): string => `${showSizes(shape)} of ${Array.from(data).join(', ')}`;

/** Cases print as their numbers. */
export const casesOf = <Output, Target>({
  metric,
  examples,
}: MetricSubject<Output, Target>): fc.Arbitrary<MetricCase> =>
  fc.tuple(examples, fc.nat(9999)).map(([{ output: outputs, target: targets }, seed]) => {
    const hosts = { output: outputs, target: targets };
    return {
      measure: (tensorOfHost, given) => {
        const { output, target } = treeOf<MetricArguments<Output, Target>>(tensorOfHost, given);
        return metric.measure(output, target);
      },
      summarize: (sums, examplesSeen) => metric.summarize(sums, examplesSeen),
      hosts,
      batch: leaves<HostTensor>(hosts)[0]?.shape[0] ?? 0,
      seed,
      [fc.toStringMethod]: () => fc.stringify(map<HostTensor, string>(shown)(hosts)),
    };
  });

/** Some of the examples, in double precision: each statistic by name. */
export const measuredIn = (
  { measure, hosts }: MetricCase,
  from: number,
  to: number,
): Readonly<Record<string, readonly number[]>> => {
  const some = map<HostTensor, HostTensor>(({ dtype, shape: [batch = 0, ...rest], data }) => {
    const size = data.length / batch;
    return { dtype, shape: [to - from, ...rest], data: data.slice(from * size, to * size) };
  })(hosts);
  const statistics = entries<Tensor>(measure(doubleTensor, some));
  return Object.fromEntries(statistics.map(([path, values]) => [showPath(path), numbersOf(values)]));
};
