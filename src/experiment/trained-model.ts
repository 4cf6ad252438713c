/**
 * A trained model without its training set.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, decode } from '../core/config.js';
import type { Hosts } from '../core/declaration.js';
import type { ShapeError } from '../core/errors.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import { pipelineWith } from '../data/augment/pipeline-codec.js';
import type { Image } from '../data/image.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { Classifier, ModelParams } from '../models/classifier.js';
import { declareModel, inputOf, ModelConfig } from '../models/families.js';
import { type Checkpoint, type CheckpointError, checkpointError, paramsIn } from '../train/checkpoint.js';
import { restore } from '../train/restore.js';
import { type Scores, scorer, softmaxOf } from './scorer.js';

/** The prediction for one image. */
export interface Prediction {
  /** The most probable class. */
  readonly label: string;
  /** The probability of each class, in the order of `classes`. */
  readonly probabilities: readonly number[];
}

export interface TrainedModel {
  readonly config: ModelConfig;
  /** `[batch, row, column, channel] → [batch, class]`, on preprocessed images. */
  readonly model: Classifier<ModelParams>;
  readonly params: Hosts<ModelParams>;
  /** The names of the classes, in the order of the logits. */
  readonly classes: readonly string[];
  /** The transforms with which the model was trained. */
  readonly pipeline: Pipeline;
  /** From an image with raw values, 0…255, to what the model takes. */
  readonly preprocess: Pipeline['preprocess'];
  /** The logit of each class for an image with raw values, which is computed alone. Errors as those of `predict`. */
  readonly score: (engine: Engine) => Scores;
  /**
   * Predicts images with raw values. Each image is preprocessed and predicted alone, so no prediction depends on the others.
   * Errors: a `ConfigError` for an image that the pipeline or the model cannot take.
   */
  readonly predict: (
    engine: Engine,
  ) => (images: readonly Image[]) => TE.TaskEither<ConfigError | EngineError, readonly Prediction[]>;
}

type TrainedModelError = CheckpointError | ShapeError;

const decodePart =
  <A>(path: string, what: string, codec: Parameters<typeof decode<A, unknown>>[0]) =>
  (value: unknown): E.Either<CheckpointError, A> =>
    pipe(
      decode(codec)(value),
      E.mapLeft(({ message }) => checkpointError(path, `has an invalid ${what}: ${message}`)),
    );

const predictionOf =
  (classes: readonly string[]) =>
  (logits: readonly number[]): Prediction => {
    const best = logits.indexOf(Math.max(...logits));
    return { label: classes[best] ?? `class ${best}`, probabilities: softmaxOf(logits) };
  };

/** Builds the model of a checkpoint; `path` is for messages. */
export const trainedModel =
  (path: string) =>
  (checkpoint: Checkpoint): E.Either<TrainedModelError, TrainedModel> => {
    const { classes } = checkpoint.info;
    return pipe(
      E.Do,
      E.bindW('config', () => decodePart(path, 'model', ModelConfig)(checkpoint.info.model)),
      E.bindW('pipeline', () => decodePart(path, 'pipeline', pipelineWith())(checkpoint.info.pipeline)),
      E.filterOrElseW(
        ({ config }) => inputOf(config).classes === classes.length,
        ({ config }) =>
          checkpointError(path, `has the names of ${classes.length} classes for a model of ${inputOf(config).classes}`),
      ),
      E.bindW('declared', ({ config }) => declareModel(config)),
      E.bindW('params', ({ declared }) =>
        pipe(
          restore(declared.declaration, paramsIn(checkpoint)),
          E.mapLeft(({ message }) => checkpointError(path, `does not fit its own model: ${message}`)),
        ),
      ),
      E.map(({ config, pipeline, declared: { model }, params }) => {
        const score = (engine: Engine) => scorer(engine, { config, model, params, pipeline });
        return {
          config,
          model,
          params,
          classes,
          pipeline,
          preprocess: pipeline.preprocess,
          score,
          predict: (engine) => {
            const scores = score(engine);
            return TE.traverseSeqArray((image: Image) => pipe(scores(image), TE.map(predictionOf(classes))));
          },
        };
      }),
    );
  };
