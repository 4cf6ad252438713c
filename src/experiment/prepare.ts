/**
 * From a configuration and a loaded data set to everything that a run needs, or to the first thing that does not fit:
 * no tensor is made before all of it fits.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import type { Declaration } from '../core/declaration.js';
import type { ShapeError } from '../core/errors.js';
import { adaptNormalization } from '../data/augment/normalize.js';
import { type Pipeline, pipeline } from '../data/augment/pipeline.js';
import { batchCount } from '../data/batches.js';
import { type Dataset, type LabeledImages, splitValidation } from '../data/dataset.js';
import type { Classifier } from '../models/classifier.js';
import type { VitConfig } from '../models/vit/config.js';
import { declareVit, type VitParams, vit } from '../models/vit/vit.js';
import { adamW } from '../train/optimizer/adamw.js';
import type { Optimizer } from '../train/optimizer/optimizer.js';
import { constantSchedule, type Schedule, warmUpCosine } from '../train/schedule.js';
import type { ExperimentConfig } from './config.js';

export interface PreparedModel {
  readonly name: string;
  readonly title: string;
  readonly config: VitConfig;
  readonly layer: Classifier<VitParams>;
  readonly declaration: Declaration<VitParams>;
}

export interface Prepared {
  readonly config: ExperimentConfig;
  readonly dataset: Dataset;
  readonly train: LabeledImages;
  readonly validation: LabeledImages;
  readonly pipeline: Pipeline;
  readonly models: readonly PreparedModel[];
  readonly schedule: Schedule;
  readonly optimizer: Optimizer;
}

const inputOf = (dataset: Dataset, images: Pipeline): Pick<VitConfig, 'image' | 'classes'> => ({
  image: images.output(dataset.train),
  classes: dataset.classes.length,
});

/** The same models for the images and classes of another data set. */
export const adaptTo =
  (dataset: Dataset) =>
  (config: ExperimentConfig): ExperimentConfig => {
    const input = inputOf(dataset, pipeline(config.transforms, adaptNormalization(dataset.train)));
    return { ...config, models: config.models.map((model) => ({ ...model, config: { ...model.config, ...input } })) };
  };

const mismatch = (name: string, wanted: Pick<VitConfig, 'image' | 'classes'>, model: VitConfig): string | undefined => {
  const show = ({ image, classes }: Pick<VitConfig, 'image' | 'classes'>): string =>
    `images of ${image.height} × ${image.width} × ${image.channels} and ${classes} classes`;
  return show(wanted) === show(model)
    ? undefined
    : `'${name}' is made for ${show(model)}, but the data gives ${show(wanted)}`;
};

const prepareModel =
  (wanted: Pick<VitConfig, 'image' | 'classes'>) =>
  ({ name, title, config }: ExperimentConfig['models'][number]): E.Either<ConfigError | ShapeError, PreparedModel> => {
    const wrong = mismatch(name, wanted, config);
    return wrong !== undefined
      ? E.left(configError('models', wrong))
      : pipe(
          declareVit(config),
          E.map((declaration) => ({ name, title, config, layer: vit(config), declaration })),
        );
  };

const scheduleOf = (config: ExperimentConfig, steps: number): E.Either<ConfigError, Schedule> =>
  config.schedule.kind === 'constant'
    ? E.right(constantSchedule(config.schedule.learningRate))
    : warmUpCosine({
        learningRate: config.schedule.learningRate,
        totalSteps: steps,
        warmUpSteps: Math.floor(steps * config.schedule.warmUp),
        initialLearningRate: config.schedule.initialLearningRate,
        finalLearningRate: config.schedule.finalLearningRate,
      });

const optimizerOf = (config: ExperimentConfig, schedule: Schedule): Optimizer => {
  const { clip, kind: _, ...options } = config.optimizer;
  return adamW({ ...options, schedule, ...(clip === null ? {} : { clip }) });
};

export const prepare = (config: ExperimentConfig, dataset: Dataset): E.Either<ConfigError | ShapeError, Prepared> => {
  // Adapted on all training images, those held back for validation too, as the Keras example does.
  const images = pipeline(config.transforms, adaptNormalization(dataset.train));
  const { train, validation } = splitValidation(config.validation)(dataset.train);
  return pipe(
    E.Do,
    E.bindW('models', () => E.traverseArray(prepareModel(inputOf(dataset, images)))(config.models)),
    E.filterOrElseW(
      ({ models }) => models.length > 0 && new Set(models.map(({ name }) => name)).size === models.length,
      () => configError('models', 'expected one model or more, with different names'),
    ),
    E.filterOrElseW(
      () => train.count > 0,
      () => configError('validation', `expected to leave some of the ${dataset.train.count} images for training`),
    ),
    E.bindW('schedule', () => scheduleOf(config, batchCount(train.count, config.batchSize) * config.epochs)),
    E.map(({ models, schedule }) => ({
      config,
      dataset,
      train,
      validation,
      pipeline: images,
      models,
      schedule,
      optimizer: optimizerOf(config, schedule),
    })),
  );
};
