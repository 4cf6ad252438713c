import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import { decode, record, size } from '../core/config.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import type { Batch } from '../data/batch.js';
import type { BatchError } from '../data/batch-error.js';
import type { ImageSource } from '../data/image-source.js';
import { validationRequests } from '../data/requests.js';
import { type BatchesOptions, withBatches } from '../data/with-batches.js';
import type { Engine, EngineError, Values } from '../engine/engine.js';
import { type Arrange, type BatchEvaluator, batchEvaluator } from './batch-evaluator.js';
import {
  addExamples,
  type Measured,
  mapMeasured,
  noTotals,
  type Summary,
  summarizeMetrics,
  type Totals,
} from './metric.js';
import type { TargetError } from './objective.js';
import type { Task } from './step.js';

export type EvaluateError = BatchError | ConfigError | EngineError | TargetError;

export interface EvaluateOptions<P, Input, Output, Target, N extends string>
  extends BatchesOptions,
    Pick<Task<P, Input, Output, Target, N>, 'model' | 'objective'> {
  readonly engine: Engine;
  readonly params: Values<NoInfer<P>>;
  readonly source: ImageSource;
  readonly pipeline: Pipeline;
  readonly batchSize: number;
  /** For models of anything but images with labels: from a batch of the source to the model's input and the objective's target. */
  readonly arrange?: Arrange<Input, Target>;
  /** A compiled evaluation to use again; made by `batchEvaluator`. */
  readonly evaluator?: BatchEvaluator<P, N>;
}

/** What an evaluation gives. */
export interface Evaluation<N extends string> {
  /** The number of each metric. */
  readonly summary: Summary<N>;
  readonly totals: Totals;
  /** The statistics of each example, in the order of the source: `examples.top1.total[i]`. */
  readonly examples: Measured<readonly number[], N>;
}

const Numbers = record('evaluation options', { batchSize: size });

/**
 * Measures every image of a source once and in order, the smaller last batch included. Results are the same for any batch size.
 *
 * Errors: a `ConfigError` for a batch size that is not a positive whole number, a `TargetError` for labels that are not the objective's,
 * a `BatchError` for images that cannot be read, an `EngineError`.
 *
 * @example
 * const values = engine.fromHost(params);
 * const { summary } = await orThrow(
 *   evaluate({ engine, model, objective, params: values, source: dataset.test, pipeline, batchSize: 100 }),
 * );
 */
export const evaluate = <P, Input, Output, Target, N extends string>(
  options: EvaluateOptions<P, Input, Output, Target, N>,
): TE.TaskEither<EvaluateError, Evaluation<N>> => {
  const { engine, params, source, pipeline, batchSize, objective } = options;
  const valid = decode(Numbers)({ batchSize });
  if (E.isLeft(valid)) return TE.left(valid.left);
  const evaluator = options.evaluator ?? batchEvaluator(engine, options, options.arrange);
  const all =
    (next: TE.TaskEither<BatchError, Batch>): TE.TaskEither<EvaluateError, Evaluation<N>> =>
    async () => {
      const measured: Measured<readonly number[], N>[] = [];
      for (let isLast = source.count === 0; !isLast; ) {
        const batch = await next();
        if (E.isLeft(batch)) return batch;
        const result = await evaluator(params, batch.right)();
        if (E.isLeft(result)) return result;
        measured.push(result.right);
        isLast = batch.right.index + 1 === batch.right.count;
      }
      const totals = measured.reduce(addExamples, noTotals);
      return E.right({ summary: summarizeMetrics(objective.metrics, totals), totals, examples: joined(measured) });
    };
  return pipe(
    withBatches(validationRequests(source, { size: batchSize }), pipeline, options)(all),
    T.map((result) => {
      if (options.evaluator === undefined) evaluator.release();
      return result;
    }),
  );
};

const joined = <N extends string>(
  batches: readonly Measured<readonly number[], N>[],
): Measured<readonly number[], N> => {
  const [first, ...others] = batches;
  if (first === undefined) return {} as Measured<readonly number[], N>;
  return mapMeasured(first, (values, metric, statistic) => [
    ...values,
    ...others.flatMap((batch) => (batch as Measured<readonly number[]>)[metric]?.[statistic] ?? []),
  ]);
};
