import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import { fold } from '../core/key.js';
import { showPath } from '../core/tree.js';
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
import type { FitError, Fitted, MadeSnapshot, Snapshot } from '../train/fit-options.js';
import { evaluatedParams } from '../train/optimizer/averages.js';
import { fingerprints, type Origin } from '../train/origin.js';
import { restore } from '../train/restore.js';
import { declareState } from '../train/step.js';
import type { Taken } from '../train/take-params.js';
import type { ExperimentConfig } from './config.js';
import { experimentKey } from './experiment-key.js';
import { initialParams } from './initial-params.js';
import { earlyStoppingOf } from './patience.js';
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
  readonly save: (checkpoint: Checkpoint) => TE.TaskEither<FileError, void>;
  /** Called where the model begins at given weights, with which of them it takes. */
  readonly onTaken?: (taken: Omit<Taken<unknown>, 'params'>) => void;
  readonly onEvent?: (event: FitEvent<MetricName>) => void;
  readonly stop?: () => boolean;
}

/** A trained model, and its evaluation on the test set unless training was stopped. */
export interface Trained {
  readonly model: PreparedModel;
  readonly fitted: Fitted<ModelParams>;
  readonly test?: Evaluation<MetricName>;
}

export type TrainModelError = FitError | EvaluateError | CheckpointError;

/** What a checkpoint says about the run that it belongs to. */
const runOf = (config: ExperimentConfig, model: PreparedModel): unknown => ({ model: model.name, config });

const startOf = (
  prepared: Prepared,
  model: PreparedModel,
  { checkpointName, resume, onTaken }: TrainModelOptions,
): E.Either<CheckpointError, Snapshot<ModelParams> | { readonly params: Snapshot<ModelParams>['state']['params'] }> => {
  const { config, optimizer, from } = prepared;
  if (resume === undefined) {
    const initial = initialParams(prepared, model);
    if (from !== undefined) onTaken?.(initial);
    return E.right({ params: initial.params });
  }
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
    E.map((state) => ({ state, progress: resume.progress, origin: originIn(resume.info) })),
  );
};

/** What a checkpoint of this model holds. */
const checkpointOf = (
  { config, dataset, pipeline, optimizer: { averages } }: Prepared,
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
    ...(averages === undefined ? {} : { averages: showPath(['optimizer', ...averages]) }),
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

/** Trains one model of an experiment from its start or a checkpoint, and evaluates it on the test set once, at the end. */
export const trainModel = (
  prepared: Prepared,
  model: PreparedModel,
  options: TrainModelOptions,
): TE.TaskEither<TrainModelError, Trained> => {
  const { config, train, validation, pipeline, optimizer, objective, dataset } = prepared;
  const { engine, onEvent, stop, acceptChangedData } = options;
  const earlyStopping = earlyStoppingOf(config);
  const evaluator = batchEvaluator(engine, { model: model.model, objective });
  return pipe(
    TE.fromEither(startOf(prepared, model, options)),
    TE.bindTo('start'),
    TE.bindW('tested', () => testedOn(prepared, options)),
    TE.chainW(({ start, tested }) =>
      fit({
        engine,
        model: model.model,
        objective,
        optimizer,
        evaluator,
        train,
        validation,
        pipeline,
        epochs: config.epochs,
        batchSize: config.batchSize,
        key: fold(experimentKey(config), 'training'),
        start,
        save: (snapshot) => options.save(checkpointOf(prepared, model, snapshot, tested)),
        ...(earlyStopping === undefined ? {} : { earlyStopping }),
        ...(acceptChangedData === undefined ? {} : { acceptChangedData }),
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(stop === undefined ? {} : { stop }),
      }),
    ),
    TE.chainW((fitted): TE.TaskEither<TrainModelError, Trained> => {
      if (!fitted.finished) return TE.right({ model, fitted });
      const params = engine.fromHost<ModelParams>(evaluatedParams(optimizer)(fitted.state));
      return pipe(
        evaluate({
          engine,
          model: model.model,
          objective,
          evaluator,
          params,
          source: dataset.test,
          pipeline,
          batchSize: config.batchSize,
        }),
        TE.map((test) => {
          engine.dispose(params);
          return { model, fitted, test };
        }),
      );
    }),
  );
};
