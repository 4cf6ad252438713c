import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { float32, type HostTensor } from '../core/host-tensor.js';
import { fold, type Key } from '../core/key.js';
import { map } from '../core/tree.js';
import type { BatchError } from '../data/batch-error.js';
import { type Batch, type BatchRequest, batchCount, epochRequests, evaluationRequests } from '../data/batches.js';
import { take } from '../data/dataset.js';
import type { EngineError, Values } from '../engine/engine.js';
import type { EpochRecord, Progress } from './checkpoint.js';
import { diverged, notFinite } from './diverged.js';
import { judgeBatches } from './evaluate.js';
import { beginning, type FitError, type FitOptions, type Snapshot } from './fit-options.js';
import { type Figures, figures, sumsMonoid, total } from './metrics.js';
import { evaluationStep, type TrainState, trainStep } from './step.js';

/** The state of training held by an engine, with how far it is. */
export interface Live<P> {
  readonly state: Values<TrainState<P>>;
  readonly progress: Progress;
}

const epochKeyOf = (key: Key, epoch: number): Key => fold(fold(key, 'epoch'), epoch);

/** What a run reads, from where it is to its end: the batches of each epoch, then those that judge it. */
export const requestsOf = <P>(options: FitOptions<P>): Iterable<BatchRequest> => ({
  *[Symbol.iterator]() {
    const { train, validation = take(0)(train), batchSize } = options;
    const { epoch: first, batch: done } = options.start.progress;
    for (let epoch = first; epoch < options.epochs; epoch++) {
      yield* epochRequests(train, batchSize, epochKeyOf(options.key, epoch), epoch === first ? done : 0);
      yield* evaluationRequests(validation, batchSize);
    }
  },
});

/**
 * The three compiled functions of a run and what is done with their answers, each as one value to another; `next` reads what
 * `requestsOf` plans.
 */
export const runParts = <P>(options: FitOptions<P>, next: TE.TaskEither<BatchError, Batch>) => {
  const { engine, train, validation, batchSize, key } = options;
  const batches = batchCount(train.count, batchSize);
  const step = engine.compile(
    trainStep(options.model, options.optimizer, { labelSmoothing: options.labelSmoothing ?? 0 }),
    {
      donate: ['state', 'batch'],
    },
  );
  const evaluation = engine.compile(evaluationStep(options.model));
  const rateOf = engine.compile(({ step: at }: { readonly step: CoreTensor }) => ({ rate: options.schedule(at) }));
  const stepsDone = (progress: Progress): number => progress.epoch * batches + progress.batch;

  const oneStep = ({ state, progress }: Live<P>): TE.TaskEither<FitError, Live<P>> =>
    pipe(
      next,
      TE.chainW((batch) =>
        step(
          { state, batch: engine.fromHost(batch) },
          fold(fold(epochKeyOf(key, progress.epoch), 'step'), progress.batch),
        ),
      ),
      TE.chainW((stepped) =>
        pipe(
          engine.toHost(stepped.metrics),
          TE.map((metrics) => map<HostTensor, number>(({ data }) => data[0]!)(metrics)),
          TE.map((measured) => ({
            state: stepped.state,
            progress: { ...progress, batch: progress.batch + 1, sums: sumsMonoid.concat(progress.sums, measured) },
          })),
        ),
      ),
      TE.filterOrElseW(
        (live) => Number.isFinite(live.progress.sums.loss),
        (live) => diverged('the loss is no longer a finite number', progress.epoch + 1, stepsDone(live.progress)),
      ),
    );

  const learningRate = (done: number): TE.TaskEither<EngineError, number> =>
    pipe(
      rateOf(engine.fromHost({ step: float32([], [done - 1]) })),
      TE.chain(engine.toHost),
      TE.map(({ rate }) => rate.data[0]!),
    );

  const validated = (state: Values<TrainState<P>>): TE.TaskEither<BatchError | EngineError, Figures | undefined> =>
    validation === undefined || validation.count === 0
      ? TE.right(undefined)
      : pipe(
          next,
          judgeBatches({ engine, step: evaluation, params: state.params }, batchCount(validation.count, batchSize)),
          TE.map((judged) => figures(total(judged))),
        );

  const endEpoch = (
    { state, progress }: Live<P>,
    began: number,
  ): TE.TaskEither<FitError, readonly [Live<P>, EpochRecord]> =>
    pipe(
      TE.Do,
      TE.bind('rate', () => learningRate((progress.epoch + 1) * batches)),
      TE.bindW('validation', () => validated(state)),
      TE.map(({ rate, validation: judged }) => {
        const record: EpochRecord = {
          epoch: progress.epoch + 1,
          train: figures(progress.sums),
          ...(judged === undefined ? {} : { validation: judged }),
          learningRate: rate,
          seconds: (performance.now() - began) / 1000,
        };
        const history = [...progress.history, record];
        return [{ state, progress: { ...beginning, epoch: progress.epoch + 1, history } }, record] as const;
      }),
    );

  const snapshot = ({ state, progress }: Live<P>): TE.TaskEither<FitError, Snapshot<P>> =>
    pipe(
      engine.toHost<TrainState<P>>(state),
      TE.chainEitherKW((host) => {
        const bad = notFinite(host);
        return bad === undefined
          ? E.right({ state: host, progress })
          : E.left(diverged(`${bad} is no longer finite`, Math.max(1, progress.epoch), stepsDone(progress)));
      }),
      TE.chainFirstW((shot) => options.save?.(shot) ?? TE.right(undefined)),
    );

  return { batches, oneStep, endEpoch, snapshot };
};
