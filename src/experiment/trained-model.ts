/**
 * A trained model without its training set.
 *
 * @module
 */
import { softmax } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Images, Tensor } from '../core/axes.js';
import { type ConfigError, configError, decode } from '../core/config.js';
import { evaluation } from '../core/context.js';
import type { Hosts } from '../core/declaration.js';
import type { ShapeError } from '../core/errors.js';
import { float32 } from '../core/host-tensor.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import { pipelineWith } from '../data/augment/pipeline-codec.js';
import { type Image, sameSize, showSize } from '../data/image.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { Classifier, ModelParams } from '../models/classifier.js';
import { declareModel, inputOf, ModelConfig } from '../models/families.js';
import { type Checkpoint, type CheckpointError, checkpointError, paramsIn } from '../train/checkpoint.js';
import { freeing } from '../train/freeing.js';
import { restore } from '../train/restore.js';

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
  /** From an image with raw values, 0…255, to what the model takes. */
  readonly preprocess: Pipeline['preprocess'];
  /**
   * Predicts images with raw values. Each image is preprocessed and predicted alone, so no prediction depends on the others.
   * Errors: a `ConfigError` for an image that the pipeline or the model cannot take.
   */
  readonly predict: (
    engine: Engine,
  ) => (images: readonly Image[]) => TE.TaskEither<ConfigError | EngineError, readonly Prediction[]>;
}

interface PredictArguments {
  readonly params: ModelParams;
  readonly images: Tensor<Images>;
}

type TrainedModelError = CheckpointError | ShapeError;

const decodePart =
  <A>(path: string, what: string, codec: Parameters<typeof decode<A, unknown>>[0]) =>
  (value: unknown): E.Either<CheckpointError, A> =>
    pipe(
      decode(codec)(value),
      E.mapLeft(({ message }) => checkpointError(path, `has an invalid ${what}: ${message}`)),
    );

/** Checks that an image has as many values as its size says, all of them finite. */
const checkPixels = (image: Image): E.Either<ConfigError, void> => {
  const { height, width, channels, data } = image;
  const wrong = data.find((value) => !Number.isFinite(value));
  if (data.length !== height * width * channels)
    return E.left(
      configError('image', `expected ${height * width * channels} values for ${showSize(image)}, got ${data.length}`),
    );
  return wrong === undefined
    ? E.right(undefined)
    : E.left(configError('image', `expected finite values, got ${wrong}`));
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
      E.map(({ config, pipeline, declared: { model }, params }) => ({
        config,
        model,
        params,
        classes,
        preprocess: pipeline.preprocess,
        predict: (engine) => {
          const probabilities = engine.compile(({ params: at, images }: PredictArguments) =>
            softmax(model.apply(at, images, evaluation)),
          );
          const held = engine.fromHost<ModelParams>(params);
          const { image: input } = inputOf(config);
          const one = (image: Image): TE.TaskEither<ConfigError | EngineError, Prediction> =>
            pipe(
              TE.fromEither(checkPixels(image)),
              TE.chainEitherKW(() => pipeline.outputSize(image)),
              TE.filterOrElseW(
                (size) => sameSize(size, input),
                (size) =>
                  configError(
                    'image',
                    `expected an image of ${showSize(input)} after preprocessing, got ${showSize(size)}`,
                  ),
              ),
              TE.chainW(() => {
                const { height, width, channels, data } = pipeline.preprocess(image);
                const images = engine.fromHost(float32([1, height, width, channels], data));
                return pipe(probabilities({ params: held, images }), freeing(engine, images));
              }),
              TE.chainW((made) =>
                pipe(
                  engine.toHost(made),
                  freeing(engine, made),
                  TE.map(({ data }) => {
                    const list = Array.from(data);
                    const best = list.indexOf(Math.max(...list));
                    return { label: classes[best] ?? `class ${best}`, probabilities: list };
                  }),
                ),
              ),
            );
          return TE.traverseSeqArray(one);
        },
      })),
    );
  };
