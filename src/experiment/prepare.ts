/**
 * From a configuration and a data set to everything that a run needs, or to the first thing that does not fit. No tensor is made before
 * everything fits.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import type { ShapeError } from '../core/errors.js';
import { outputSize } from '../data/augment/adapt.js';
import { adaptedPipeline, type Pipeline } from '../data/augment/pipeline.js';
import type { DataError } from '../data/data-error.js';
import type { Dataset, ImageSource } from '../data/image-source.js';
import { batchCount } from '../data/requests.js';
import { splitValidation } from '../data/select-images.js';
import type { ClassifierInput } from '../models/classifier.js';
import {
  adaptTo as adaptModel,
  type DeclaredClassifier,
  declareModel,
  inputOf,
  type ModelConfig,
} from '../models/families.js';
import type { Classification } from '../train/objectives/classification.js';
import type { Optimizer } from '../train/optimizer/optimizer.js';
import { checkMemory } from './check-memory.js';
import type { ExperimentConfig } from './config.js';
import { checkFits, type Weights } from './initial-params.js';
import { objectiveOf } from './objective-of.js';
import { optimizerOf } from './optimizer-of.js';

export interface PreparedModel extends DeclaredClassifier {
  readonly name: string;
  readonly title: string;
}

export interface Prepared {
  readonly config: ExperimentConfig;
  readonly dataset: Dataset;
  readonly train: ImageSource;
  readonly validation: ImageSource;
  readonly pipeline: Pipeline;
  readonly models: readonly PreparedModel[];
  readonly objective: Classification;
  readonly optimizer: Optimizer;
  /** Where the models begin, if not at parameters that are drawn. */
  readonly from?: Weights | undefined;
}

type PrepareError = ConfigError | DataError | ShapeError;

/** What the models get from a data set: the size of its first image after the transforms, and its classes. */
const inputFrom = ({ train, classes }: Dataset, config: ExperimentConfig): E.Either<ConfigError, ClassifierInput> =>
  pipe(
    outputSize(config.transforms, train.image(0)),
    E.map((image) => ({ image, classes: classes.length })),
  );

/** The same experiment with models for the images and classes of another data set, and how its files were decoded. */
export const adaptTo =
  (dataset: Dataset) =>
  (config: ExperimentConfig): E.Either<ConfigError, ExperimentConfig> =>
    pipe(
      inputFrom(dataset, config),
      E.map((input) => ({
        ...config,
        ...(dataset.files === undefined ? {} : { images: dataset.files.decoding }),
        models: config.models.map((model) => ({ ...model, config: adaptModel(input)(model.config) })),
      })),
    );

const show = ({ image, classes }: ClassifierInput): string =>
  `images of ${image.height} × ${image.width} × ${image.channels} and ${classes} classes`;

const prepareModel =
  (input: ClassifierInput) =>
  ({
    name,
    title,
    config,
  }: {
    name: string;
    title: string;
    config: ModelConfig;
  }): E.Either<ConfigError | ShapeError, PreparedModel> =>
    show(input) !== show(inputOf(config))
      ? E.left(
          configError(
            'models',
            `'${name}' is made for ${show(inputOf(config))}, but the data set gives ${show(input)}`,
          ),
        )
      : pipe(
          declareModel(config),
          E.map((declared) => ({ name, title, ...declared })),
        );

/** The images to train on and to validate on: those of the data set, if it has both, else a part of those to train on is held back. */
const partsOf = (
  { validation }: ExperimentConfig,
  dataset: Dataset,
): E.Either<DataError, { readonly train: ImageSource; readonly validation: ImageSource }> =>
  dataset.validation === undefined
    ? splitValidation(validation)(dataset.train)
    : E.right({ train: dataset.train, validation: dataset.validation });

/**
 * Prepares an experiment. Images to validate on are those of the data set, if it has its own, else a part of the training images. The
 * normalization is adapted to all training images, those held back for validation included, as in the Keras example. `from`: weights for
 * the models to begin at, where they fit.
 *
 * Errors: a `ConfigError` where the configuration does not fit the data set or itself, a `ShapeError` where the layers of a model do not
 * fit together, a `DataError` where images cannot be read.
 */
export const prepare = (config: ExperimentConfig, dataset: Dataset, from?: Weights): E.Either<PrepareError, Prepared> =>
  pipe(
    partsOf(config, dataset),
    E.bindW('input', () => inputFrom(dataset, config)),
    E.bindW('models', ({ input }) => E.traverseArray(prepareModel(input))(config.models)),
    E.filterOrElseW(
      ({ models }) => models.length > 0 && new Set(models.map(({ name }) => name)).size === models.length,
      () => configError('models', 'expected one model or more, with different names'),
    ),
    E.chainFirstW(({ models, input }) => checkMemory(models, input, config.batchSize)),
    E.filterOrElseW(
      ({ train }) => train.count > 0,
      () =>
        configError(
          'validation',
          `expected a fraction that leaves some of the ${dataset.train.count} images for training`,
        ),
    ),
    E.bindW('pipeline', () => adaptedPipeline(config.transforms, dataset.train)),
    E.filterOrElseW(
      ({ validation }) => config.patience === undefined || validation.count > 0,
      () => configError('patience', 'this needs images to validate on: hold some back with validation'),
    ),
    E.chainFirstW(({ models }) => E.traverseArray(checkFits(from))(models)),
    E.bindW('optimizer', ({ train, models }) =>
      optimizerOf(config, models, batchCount(train.count, config.batchSize) * config.epochs),
    ),
    E.bindW('objective', ({ train }) => objectiveOf(config, train)),
    E.map(({ train, validation, models, pipeline: images, optimizer, objective }) => ({
      config,
      dataset,
      train,
      validation,
      pipeline: images,
      models,
      objective,
      optimizer,
      from,
    })),
  );
