/**
 * The parts of a run: the compiled functions and what is done with their results, each from one value to the next.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../core/host-tensor.js';
import { fold, type Key } from '../core/key.js';
import type { MapTree } from '../core/tree.js';
import type { Batch } from '../data/batch.js';
import { batchCount } from '../data/requests.js';
import { arranged, batchEvaluator } from './batch-evaluator.js';
import { diverged, notFinite } from './diverged.js';
import type { FitEvent } from './events.js';
import type { FitError, FitOptions, MadeSnapshot } from './fit-options.js';
import { freeing } from './freeing.js';
import type { Live } from './live.js';
import { addExamples, mapMeasured, noTotals, summarizeMetrics, type Totals, totalsMonoid } from './metric.js';
import { evaluatedParams } from './optimizer/averages.js';
import type { Origin } from './origin.js';
import { beginning, type EpochRecord, type Progress } from './progress.js';
import { type BatchTensors, type StepMetrics, type TrainState, trainStep } from './step.js';

export const epochKeyOf = (key: Key, epoch: number): Key => fold(fold(key, 'epoch'), epoch);

/** The scalars that a step reports, as numbers. */
const numbersOf = ({ loss, examples, sums, optimizer }: MapTree<StepMetrics, HostTensor>) => {
  const rate = optimizer.learningRate;
  return {
    loss: scalarOf(loss),
    totals: { examples: scalarOf(examples), sums: mapMeasured(sums, scalarOf) },
    learningRate: rate === undefined ? undefined : scalarOf(rate),
  };
};

const scalarOf = ({ data }: HostTensor): number => data[0] ?? Number.NaN;

export const trainer = <P, Input, Output, Target, N extends string>(
  options: FitOptions<P, Input, Output, Target, N>,
  origin: Origin,
) => {
  const { engine, objective, train, batchSize, key } = options;
  const batches = batchCount(train.count, batchSize);
  const compiled = engine.compile(trainStep<P, Input, Output, Target, string>(options), { donate: ['state', 'batch'] });
  const evaluator = options.evaluator ?? batchEvaluator(engine, options, options.arrange);
  const prepare = arranged(objective, options.arrange);
  const evaluated = evaluatedParams(options.optimizer);
  const stepsDone = ({ epoch, batchesDone }: Progress): number => epoch * batches + batchesDone;
  const summaryOf = (totals: Totals) => summarizeMetrics(objective.metrics, totals);

  /** The report of a step: how far the run is now, and the event. */
  const reported = (
    before: Progress,
    batch: Batch,
    { totals, loss, learningRate }: ReturnType<typeof numbersOf>,
  ): E.Either<FitError, { readonly progress: Progress; readonly event: FitEvent<N> }> => {
    const rate = learningRate === undefined ? {} : { learningRate };
    const progress: Progress = {
      ...before,
      batchesDone: batch.index + 1,
      totals: totalsMonoid.concat(before.totals, totals),
      ...rate,
    };
    if (!Number.isFinite(loss)) return E.left(diverged('The loss is not finite', batch.epoch + 1, stepsDone(progress)));
    const event: FitEvent<N> = {
      kind: 'step',
      epoch: batch.epoch + 1,
      epochs: options.epochs,
      batch: batch.index + 1,
      batches: batch.count,
      examples: totals.examples,
      metrics: summaryOf(totals),
      epochMetrics: summaryOf(progress.totals),
      ...rate,
    };
    return E.right({ progress, event });
  };

  const step = (
    live: Live<P>,
    batch: Batch,
  ): TE.TaskEither<FitError, { readonly live: Live<P>; readonly event: FitEvent<N> }> =>
    pipe(
      TE.fromEither(prepare(batch)),
      TE.chainW((host) => {
        const held = engine.fromHost<BatchTensors<Input, Target>>(host);
        const stepKey = fold(fold(epochKeyOf(key, batch.epoch), 'step'), batch.index);
        return pipe(compiled({ state: live.state, batch: held }, stepKey), freeing(engine, held));
      }),
      TE.chainW(({ state, metrics }) =>
        pipe(
          engine.toHost<StepMetrics>(metrics),
          freeing(engine, metrics),
          TE.chainEitherKW((numbers) => reported(live.progress, batch, numbersOf(numbers))),
          TE.bimap(
            (error) => {
              engine.dispose(state);
              return error;
            },
            ({ progress, event }) => ({ live: { ...live, state, progress }, event }),
          ),
        ),
      ),
    );

  const validate = (live: Live<P>, batch: Batch): TE.TaskEither<FitError, Live<P>> =>
    pipe(
      evaluator(evaluated(live.state), batch),
      TE.map((measured) => ({ ...live, validation: addExamples(live.validation, measured) })),
    );

  const secondsOf = ({ progress, since }: Live<P>): number => progress.seconds + (performance.now() - since) / 1000;

  const endEpoch = (live: Live<P>): E.Either<FitError, readonly [Live<P>, EpochRecord]> => {
    const { epoch, history, totals, learningRate } = live.progress;
    const validation = live.validation.examples === 0 ? undefined : summaryOf(live.validation);
    const wrong = Object.entries(validation ?? {}).find(([, value]) => !Number.isFinite(value));
    if (wrong !== undefined)
      return E.left(diverged(`The validation ${wrong[0]} is not finite`, epoch + 1, stepsDone(live.progress)));
    const record: EpochRecord = {
      epoch: epoch + 1,
      train: summaryOf(totals),
      ...(validation === undefined ? {} : { validation }),
      ...(learningRate === undefined ? {} : { learningRate }),
      seconds: secondsOf(live),
    };
    const progress = { ...beginning, epoch: epoch + 1, history: [...history, record] };
    return E.right([{ ...live, progress, validation: noTotals, since: performance.now() }, record]);
  };

  const snapshot = (live: Live<P>): TE.TaskEither<FitError, MadeSnapshot<P>> =>
    pipe(
      engine.toHost<TrainState<P>>(live.state, { lend: options.lendSnapshots === true }),
      TE.chainEitherKW((state) => {
        const { progress } = live;
        const bad = notFinite(state);
        const isBetweenEpochs = progress.batchesDone === 0;
        return bad === undefined
          ? E.right({ state, progress: isBetweenEpochs ? progress : { ...progress, seconds: secondsOf(live) }, origin })
          : E.left(diverged(`${bad} is not finite`, Math.max(1, progress.epoch), stepsDone(progress)));
      }),
    );

  const release = (live: Live<P>): void => {
    engine.dispose([live.state, compiled]);
    if (options.evaluator === undefined) evaluator.release();
  };

  return { step, validate, endEpoch, snapshot, release };
};
