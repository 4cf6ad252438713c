import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Images, Tensor } from '../core/axes.js';
import { type ConfigError, configError } from '../core/config.js';
import { evaluation } from '../core/context.js';
import type { Hosts } from '../core/declaration.js';
import { float32 } from '../core/host-tensor.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import { type Image, sameSize, showSize } from '../data/image.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { Classifier, ModelParams } from '../models/classifier.js';
import { inputOf, type ModelConfig } from '../models/families.js';
import { freeing } from '../train/freeing.js';

/** The logit of each class for one image. */
export type Scores = (image: Image) => TE.TaskEither<ConfigError | EngineError, readonly number[]>;

/** What scores: a model with its parameters and transforms. */
interface Trained {
  readonly config: ModelConfig;
  readonly model: Classifier<ModelParams>;
  readonly params: Hosts<ModelParams>;
  readonly pipeline: Pipeline;
}

interface ScoreArguments {
  readonly params: ModelParams;
  readonly images: Tensor<Images>;
}

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

/**
 * Scores images with raw values, 0…255. Each is computed alone: a batch of another size may be rounded differently, and so no score
 * depends on other images.
 */
export const scorer = (engine: Engine, { config, model, params, pipeline }: Trained): Scores => {
  const logits = engine.compile(({ params: at, images }: ScoreArguments) => model.apply(at, images, evaluation));
  const held = engine.fromHost<ModelParams>(params);
  const { image: input } = inputOf(config);
  return (image) =>
    pipe(
      TE.fromEither(checkPixels(image)),
      TE.chainEitherKW(() => pipeline.outputSize(image)),
      TE.filterOrElseW(
        (size) => sameSize(size, input),
        (size) =>
          configError('image', `expected an image of ${showSize(input)} after preprocessing, got ${showSize(size)}`),
      ),
      TE.chainW(() => {
        const { height, width, channels, data } = pipeline.preprocess(image);
        const images = engine.fromHost(float32([1, height, width, channels], data));
        return pipe(logits({ params: held, images }), freeing(engine, images));
      }),
      TE.chainW((made) => pipe(engine.toHost(made), freeing(engine, made))),
      TE.map(({ data }) => Array.from(data)),
    );
};

/** The probability of each class, from its logits. */
export const softmaxOf = (logits: readonly number[]): readonly number[] => {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};
