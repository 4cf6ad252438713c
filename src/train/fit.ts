/**
 * The loop around the pure step: the only part of training that has effects.
 *
 * @module
 */
import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Hosts } from '../core/declaration.js';
import { float32, type HostTensor } from '../core/host-tensor.js';
import { fold, type Key } from '../core/key.js';
import { map } from '../core/tree.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import { batchCount, epochOrder, trainBatch } from '../data/batches.js';
import type { LabeledImages } from '../data/dataset.js';
import type { Engine, EngineError, Values } from '../engine/engine.js';
import type { EpochRecord, Progress } from './checkpoint.js';
import { type DivergedError, diverged, notFinite } from './diverged.js';
import { evaluate } from './evaluate.js';
import type { FitEvent } from './events.js';
import type { FileError } from './files.js';
import { type Figures, figures, type Sums, sumsMonoid, total } from './metrics.js';
import type { Optimizer } from './optimizer/optimizer.js';
import type { Schedule } from './schedule.js';
import { type BatchTensors, type Classifier, evaluationStep, type TrainState, trainStep } from './step.js';

export type FitError = DivergedError | EngineError | FileError;

/** The state of training in host memory, with how far it is. */
export interface Snapshot<P> {
  readonly state: Hosts<TrainState<P>>;
  readonly progress: Progress;
}

/** Nothing done yet. */
export const beginning: Progress = { epoch: 0, batch: 0, sums: sumsMonoid.empty, history: [] };

export interface FitOptions<P> {
  readonly engine: Engine;
  readonly model: Classifier<P>;
  readonly optimizer: Optimizer;
  /** Told beside the optimizer so that each epoch can record its rate. */
  readonly schedule: Schedule;
  /** Label smoothing; none unless given. */
  readonly smoothing?: number;
  readonly train: LabeledImages;
  readonly validation?: LabeledImages | undefined;
  readonly pipeline: Pipeline;
  readonly epochs: number;
  readonly batchSize: number;
  /** Orders, augmentation and draws of every epoch and step come from it. */
  readonly key: Key;
  readonly start: Snapshot<NoInfer<P>>;
  readonly onEvent?: (event: FitEvent) => void;
  /** Called after each epoch and when stopped; the run goes on when it is done. */
  readonly save?: (snapshot: Snapshot<P>) => TE.TaskEither<FileError, void>;
  /** Asked between steps: true ends the run after a last snapshot. */
  readonly stop?: () => boolean;
}

export interface Fitted<P> extends Snapshot<P> {
  /** Whether the last epoch was reached; otherwise the run was asked to stop. */
  readonly finished: boolean;
}

interface Live<P> {
  readonly state: Values<TrainState<P>>;
  readonly progress: Progress;
}

type Stepped<P> = { readonly state: TrainState<P>; readonly metrics: Sums<CoreTensor> };
type StepArguments<P> = { readonly state: TrainState<P>; readonly batch: BatchTensors };

/** The three compiled functions of a run and what is done with their answers, each as one value to another. */
const parts = <P>(options: FitOptions<P>) => {
  const { engine, train, validation, pipeline, batchSize, key } = options;
  const batches = batchCount(train.count, batchSize);
  const step = engine.compile<StepArguments<P>, Stepped<P>>(
    trainStep(options.model, options.optimizer, { smoothing: options.smoothing ?? 0 }),
    { donate: ['state', 'batch'] },
  );
  const evaluation = engine.compile(evaluationStep(options.model));
  const rateOf = engine.compile(({ step: at }: { readonly step: CoreTensor }) => ({ rate: options.schedule(at) }));
  const stepsDone = (progress: Progress): number => progress.epoch * batches + progress.batch;

  const oneStep = (
    { state, progress }: Live<P>,
    epochKey: Key,
    order: Uint32Array,
  ): TE.TaskEither<FitError, Live<P>> => {
    const from = progress.batch * batchSize;
    const batch = engine.fromHost(trainBatch(train, order.subarray(from, from + batchSize), pipeline, epochKey));
    return pipe(
      step({ state, batch } as unknown as Values<StepArguments<P>>, fold(fold(epochKey, 'step'), progress.batch)),
      TE.chainW((next) =>
        pipe(
          engine.toHost(next.metrics),
          TE.map((metrics) => map<HostTensor, number>(({ data }) => data[0]!)(metrics) as Sums<number>),
          TE.map((measured) => ({
            state: next.state as Values<TrainState<P>>,
            progress: { ...progress, batch: progress.batch + 1, sums: sumsMonoid.concat(progress.sums, measured) },
          })),
        ),
      ),
      TE.filterOrElseW(
        (live) => Number.isFinite(live.progress.sums.loss),
        (live) => diverged('the loss is no longer a finite number', progress.epoch + 1, stepsDone(live.progress)),
      ),
    );
  };

  const learningRate = (done: number): TE.TaskEither<EngineError, number> =>
    pipe(
      rateOf(engine.fromHost({ step: float32([], [done - 1]) }), key),
      TE.chain(engine.toHost),
      TE.map(({ rate }) => rate.data[0]!),
    );

  const validated = (state: Values<TrainState<P>>): TE.TaskEither<EngineError, Figures | undefined> =>
    validation === undefined || validation.count === 0
      ? TE.right(undefined)
      : pipe(
          evaluate({
            engine,
            step: evaluation,
            params: state.params as Values<P>,
            images: validation,
            pipeline,
            batchSize,
          }),
          TE.map((judged) => figures(total(judged))),
        );

  const endEpoch = (
    { state, progress }: Live<P>,
    began: number,
  ): TE.TaskEither<EngineError, readonly [Live<P>, EpochRecord]> =>
    pipe(
      TE.Do,
      TE.bind('rate', () => learningRate((progress.epoch + 1) * batches)),
      TE.bind('validation', () => validated(state)),
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
      engine.toHost(state),
      TE.chainEitherKW((host) => {
        const bad = notFinite(host);
        return bad === undefined
          ? E.right({ state: host as unknown as Hosts<TrainState<P>>, progress })
          : E.left(diverged(`${bad} is no longer finite`, Math.max(1, progress.epoch), stepsDone(progress)));
      }),
      TE.chainFirstW((shot) => options.save?.(shot) ?? TE.right(undefined)),
    );

  return { batches, oneStep, endEpoch, snapshot };
};

/**
 * Trains from a snapshot to the last epoch. Every draw comes from the key, the epoch and the step, so that a run that is
 * stopped and resumed ends with the same bits as one that is not.
 */
export const fit = <P>(options: FitOptions<P>): TE.TaskEither<FitError, Fitted<P>> => {
  const { engine, onEvent = () => {} } = options;
  const { batches, oneStep, endEpoch, snapshot } = parts(options);
  return async () => {
    let live: Live<P> = {
      state: engine.fromHost(options.start.state) as unknown as Values<TrainState<P>>,
      progress: options.start.progress,
    };
    let latest = options.start;
    while (live.progress.epoch < options.epochs) {
      const epochKey = fold(fold(options.key, 'epoch'), live.progress.epoch);
      const order = epochOrder(epochKey, options.train.count);
      const began = performance.now();
      while (live.progress.batch < batches) {
        const next = await oneStep(live, epochKey, order)();
        if (E.isLeft(next)) return next;
        const before: Progress = live.progress;
        live = next.right;
        onEvent({
          kind: 'step',
          epoch: live.progress.epoch + 1,
          batch: live.progress.batch,
          batches,
          figures: figures(live.progress.sums),
          images: live.progress.sums.images - before.sums.images,
        });
        if (options.stop?.() === true) {
          const stopped = await snapshot(live)();
          if (E.isLeft(stopped)) return stopped;
          onEvent({ kind: 'stopped', progress: live.progress });
          return E.right({ ...stopped.right, finished: false });
        }
      }
      const ended = await endEpoch(live, began)();
      if (E.isLeft(ended)) return ended;
      live = ended.right[0];
      const saved = await snapshot(live)();
      if (E.isLeft(saved)) return saved;
      latest = saved.right;
      onEvent({ kind: 'epoch', record: ended.right[1] });
    }
    engine.dispose(live.state);
    return E.right({ ...latest, finished: true });
  };
};
