import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { initialize, type Specs } from '../core/declaration.js';
import { fold, key } from '../core/key.js';
import type { BatchError } from '../data/batch-error.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { VitParams } from '../models/vit/vit.js';
import type { FileError } from '../node/files.js';
import {
  type Checkpoint,
  type CheckpointError,
  checkpointError,
  type Progress,
  saveCheckpoint,
} from '../train/checkpoint.js';
import { evaluate } from '../train/evaluate.js';
import type { FitEvent } from '../train/events.js';
import { fit } from '../train/fit.js';
import { beginning, type FitError, type Fitted, type Snapshot } from '../train/fit-options.js';
import type { Judged } from '../train/metrics.js';
import { restore } from '../train/restore.js';
import { declareState, evaluationStep, type TrainState } from '../train/step.js';
import type { ExperimentConfig } from './config.js';
import type { Prepared, PreparedModel } from './prepare.js';

export interface TrainModelOptions {
  readonly engine: Engine;
  /** The file that holds the newest checkpoint. */
  readonly checkpoint: string;
  /** What that file holds, to go on from there. */
  readonly resume?: Checkpoint | undefined;
  /** Called when a checkpoint is safe. */
  readonly onSaved?: (progress: Progress) => TE.TaskEither<FileError, void>;
  readonly onEvent?: (event: FitEvent) => void;
  readonly stop?: () => boolean;
}

/** A trained model and how it does on the test set, image by image; not judged when the run was asked to stop. */
export interface Trained {
  readonly model: PreparedModel;
  readonly fitted: Fitted<VitParams>;
  readonly test?: Judged<readonly number[]>;
}

/** What a checkpoint says of the run that it belongs to. */
const runOf = (config: ExperimentConfig, model: PreparedModel): unknown => ({ model: model.name, config });

const startOf = (
  specs: Specs<TrainState<VitParams>>,
  config: ExperimentConfig,
  model: PreparedModel,
  { checkpoint, resume }: TrainModelOptions,
): E.Either<CheckpointError, Snapshot<VitParams>> => {
  if (resume === undefined) {
    const state = initialize(fold(key(config.seed), 'initial'))(specs);
    return E.right({ state, progress: beginning });
  }
  return pipe(
    restore({ params: specs }, resume.tensors),
    E.mapLeft((error) => checkpointError(checkpoint, `is of another model: ${error.message}`)),
    E.filterOrElse(
      () => JSON.stringify(resume.run) === JSON.stringify(runOf(config, model)),
      () => checkpointError(checkpoint, `is of another run: its configuration is not that of '${model.name}' here`),
    ),
    E.map((state) => ({ state, progress: resume.progress })),
  );
};

const test = (
  { dataset, pipeline, config }: Prepared,
  model: PreparedModel,
  engine: Engine,
  fitted: Fitted<VitParams>,
): TE.TaskEither<BatchError | EngineError, Judged<readonly number[]>> =>
  evaluate({
    engine,
    step: engine.compile(evaluationStep(model.layer)),
    params: engine.fromHost<VitParams>(fitted.state.params),
    images: dataset.test,
    pipeline,
    batchSize: config.batchSize,
  });

/** Trains one model of an experiment from its start or a checkpoint, and judges it on the test set once, at the end. */
export const trainModel = (
  prepared: Prepared,
  model: PreparedModel,
  options: TrainModelOptions,
): TE.TaskEither<FitError | CheckpointError, Trained> => {
  const { config, train, validation, pipeline, schedule, optimizer } = prepared;
  const { engine, checkpoint, onEvent, stop } = options;
  const specs = declareState(model.declaration, optimizer);
  return pipe(
    TE.fromEither(startOf(specs, config, model, options)),
    TE.chainW((start) =>
      fit<VitParams>({
        engine,
        model: model.layer,
        optimizer,
        schedule,
        labelSmoothing: config.labelSmoothing,
        train,
        validation,
        pipeline,
        epochs: config.epochs,
        batchSize: config.batchSize,
        key: fold(key(config.seed), 'training'),
        start,
        save: ({ state, progress }) =>
          pipe(
            saveCheckpoint(checkpoint, { run: runOf(config, model), progress, state }),
            TE.chain(() => options.onSaved?.(progress) ?? TE.right(undefined)),
          ),
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(stop === undefined ? {} : { stop }),
      }),
    ),
    TE.chainW((fitted) =>
      fitted.finished
        ? pipe(
            test(prepared, model, engine, fitted),
            TE.map((judged): Trained => ({ model, fitted, test: judged })),
          )
        : TE.right<FitError, Trained>({ model, fitted }),
    ),
  );
};
