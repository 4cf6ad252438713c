import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import type { Hosts } from '../core/declaration.js';
import { fold } from '../core/key.js';
import type { BatchError } from '../data/batch-error.js';
import type { Engine } from '../engine/engine.js';
import type { ModelParams } from '../models/classifier.js';
import type { FileError } from '../node/file-error.js';
import { batchEvaluator } from '../train/batch-evaluator.js';
import { type Checkpoint, type CheckpointError, originIn } from '../train/checkpoint.js';
import { compareOrigins } from '../train/compare-origins.js';
import { type EvaluateError, type Evaluation, evaluate } from '../train/evaluate.js';
import type { FitEvent } from '../train/events.js';
import { fit } from '../train/fit.js';
import type { FitError, Start } from '../train/fit-options.js';
import { freeing } from '../train/freeing.js';
import { evaluatedParams } from '../train/optimizer/averages.js';
import { fingerprints, type Origin } from '../train/origin.js';
import type { Progress } from '../train/progress.js';
import type { Taken } from '../train/take-params.js';
import { experimentKey } from './experiment-key.js';
import { initialParams } from './initial-params.js';
import { checkpointOf, snapshotIn } from './model-checkpoint.js';
import { once } from './once.js';
import { earlyStoppingOf } from './patience.js';
import type { Prepared, PreparedModel } from './prepare.js';

/** The metrics of an experiment. */
export type MetricName = 'loss' | 'top1' | 'top5';

export interface TrainModelOptions {
  readonly engine: Engine;
  /** Where the checkpoint is, for messages. */
  readonly checkpointName: string;
  /** A checkpoint to resume from. */
  readonly resume?: Checkpoint | undefined;
  /** Whether to resume with other images than those of the checkpoint. Default: false. */
  readonly acceptChangedData?: boolean | undefined;
  /** The tensors may be the engine's own memory: they hold until this is done. */
  readonly save: (checkpoint: Checkpoint) => TE.TaskEither<FileError, void>;
  /** Called where the model begins at given weights, with which of them it takes. */
  readonly onTaken?: (taken: Omit<Taken<unknown>, 'params'>) => void;
  readonly onEvent?: (event: FitEvent<MetricName>) => void;
  readonly stop?: () => boolean;
}

/** A trained model, and its evaluation on the test set unless training was stopped. The rest of its state is in its checkpoint. */
export interface Trained {
  readonly model: PreparedModel;
  readonly params: Hosts<ModelParams>;
  readonly progress: Progress;
  readonly test?: Evaluation<MetricName>;
}

export type TrainModelError = FitError | EvaluateError | CheckpointError;

/** Where training begins. */
const startOf = (
  prepared: Prepared,
  model: PreparedModel,
  { checkpointName, resume, onTaken }: TrainModelOptions,
): E.Either<CheckpointError, () => Start<ModelParams>> =>
  resume === undefined
    ? E.right(() => {
        const initial = initialParams(prepared, model);
        if (prepared.from !== undefined) onTaken?.(initial);
        return { params: initial.params };
      })
    : pipe(snapshotIn(resume, checkpointName)(prepared, model), E.map(once));

/** The fingerprint of the test images, compared with that of the checkpoint. Those for training are compared by `fit`. */
const testedOn = (
  { dataset }: Prepared,
  { resume, acceptChangedData, onEvent }: TrainModelOptions,
): TE.TaskEither<BatchError | ConfigError, Origin['data']> =>
  pipe(
    fingerprints({ test: dataset.test }),
    TE.bindTo('data'),
    TE.bindW('differences', ({ data }) => {
      const before = resume && originIn(resume.info);
      return TE.fromEither(
        before === undefined
          ? E.right([])
          : compareOrigins(
              before,
              { ...before, data },
              { acceptChangedData: acceptChangedData === true, isWithinEpoch: false },
            ),
      );
    }),
    TE.map(({ data, differences }) => {
      for (const message of differences) onEvent?.({ kind: 'warning', message });
      return data;
    }),
  );

// What closures of the run refer to stays in memory while it runs, so they have a scope without the checkpoint to resume from.
const begun = (prepared: Prepared, model: PreparedModel, options: TrainModelOptions) =>
  pipe(
    TE.fromIOEither(() => startOf(prepared, model, options)),
    TE.bindTo('start'),
    TE.bindW('tested', () => testedOn(prepared, options)),
  );

/** Trains one model of an experiment from its start or a checkpoint, and evaluates it on the test set once, at the end. */
export const trainModel = (
  prepared: Prepared,
  model: PreparedModel,
  options: TrainModelOptions,
): TE.TaskEither<TrainModelError, Trained> => {
  const { config, train, validation, pipeline, optimizer, objective, dataset } = prepared;
  const { engine, save, onEvent, stop, acceptChangedData } = options;
  const { batchSize, epochs } = config;
  const earlyStopping = earlyStoppingOf(config);
  const task = { engine, model: model.model, objective, pipeline, batchSize };
  const evaluator = batchEvaluator(engine, task);
  return pipe(
    begun(prepared, model, options),
    TE.chainW(({ start, tested }) =>
      fit({
        ...task,
        ...{ optimizer, evaluator, train, validation, epochs, start },
        key: fold(experimentKey(config), 'training'),
        save: (snapshot) => save(checkpointOf(prepared, model, snapshot, tested)),
        lendSnapshots: true,
        ...(earlyStopping === undefined ? {} : { earlyStopping }),
        ...(acceptChangedData === undefined ? {} : { acceptChangedData }),
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(stop === undefined ? {} : { stop }),
      }),
    ),
    // The rest of the state is not kept: its memory is free while the model is tested.
    TE.chainW(({ state, progress, finished }): TE.TaskEither<TrainModelError, Trained> => {
      const params = evaluatedParams(optimizer)(state);
      if (!finished) return TE.right({ model, params, progress });
      const held = engine.fromHost<ModelParams>(params);
      return pipe(
        evaluate({ ...task, evaluator, params: held, source: dataset.test }),
        TE.map((test) => ({ model, params, progress, test })),
        freeing(engine, held),
      );
    }),
    T.map((result) => {
      evaluator.release();
      return result;
    }),
  );
};
