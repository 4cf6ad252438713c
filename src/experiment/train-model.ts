import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import { type Hosts, initialize } from '../core/declaration.js';
import { fold, type Key, key } from '../core/key.js';
import type { BatchError } from '../data/batch-error.js';
import type { Engine } from '../engine/engine.js';
import type { ModelParams } from '../models/classifier.js';
import type { FileError } from '../node/file-error.js';
import { batchEvaluator } from '../train/batch-evaluator.js';
import {
  type Checkpoint,
  type CheckpointError,
  checkpointError,
  originIn,
  tensorsByPath,
} from '../train/checkpoint.js';
import { compareOrigins } from '../train/compare-origins.js';
import { type EvaluateError, type Evaluation, evaluate } from '../train/evaluate.js';
import type { FitEvent } from '../train/events.js';
import { fit } from '../train/fit.js';
import type { FitError, MadeSnapshot, Start } from '../train/fit-options.js';
import { freeing } from '../train/freeing.js';
import { fingerprints, type Origin } from '../train/origin.js';
import type { Progress } from '../train/progress.js';
import { restore } from '../train/restore.js';
import { declareState } from '../train/step.js';
import type { ExperimentConfig } from './config.js';
import type { Prepared, PreparedModel } from './prepare.js';
import { sameJson } from './same-json.js';

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

/** All randomness of an experiment comes from this key: initial parameters, training, figures. */
export const experimentKey = (config: ExperimentConfig): Key => key(config.seed);

/** What a checkpoint says about the run that it belongs to. */
const runOf = (config: ExperimentConfig, model: PreparedModel): unknown => ({ model: model.name, config });

// Returns the value once. Afterwards nothing here refers to it, so its memory can be freed.
const once = <A>(value: A): (() => A) => {
  const held = [value];
  return () => {
    const [given] = held.splice(0);
    if (given === undefined) throw new Error('expected one call, got a second');
    return given;
  };
};

/** Where training begins. */
const startOf = (
  { config, optimizer }: Prepared,
  model: PreparedModel,
  { checkpointName, resume }: TrainModelOptions,
): E.Either<CheckpointError, () => Start<ModelParams>> => {
  if (resume === undefined)
    return E.right(() => ({
      params: initialize(fold(experimentKey(config), 'initial'))({ params: model.declaration.params }).params,
    }));
  const specs = declareState<ModelParams>(model.declaration, optimizer);
  return pipe(
    restore({ params: specs }, resume.tensors),
    E.mapLeft(({ message }) => checkpointError(checkpointName, `is of another model: ${message}`)),
    E.filterOrElse(
      () => sameJson(resume.info.run, runOf(config, model)),
      () =>
        checkpointError(
          checkpointName,
          `is of another run: expected the configuration of '${model.name}' in this run, got another one`,
        ),
    ),
    E.map((state) => once({ state, progress: resume.progress, origin: originIn(resume.info) })),
  );
};

/** What a checkpoint of this model holds. */
const checkpointOf = (
  { config, dataset, pipeline }: Prepared,
  model: PreparedModel,
  { state, progress, origin: { data, ...origin } }: MadeSnapshot<ModelParams>,
  test: Origin['data'],
): Checkpoint => ({
  info: {
    ...origin,
    data: { ...data, ...test },
    model: model.config,
    pipeline: pipeline.transforms,
    classes: dataset.classes,
    run: runOf(config, model),
  },
  progress,
  tensors: tensorsByPath(state),
});

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
        ...(acceptChangedData === undefined ? {} : { acceptChangedData }),
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(stop === undefined ? {} : { stop }),
      }),
    ),
    // The rest of the state is not kept: its memory is free while the model is tested.
    TE.chainW(({ state: { params }, progress, finished }): TE.TaskEither<TrainModelError, Trained> => {
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
