/**
 * An experiment as JSON: the data and its preprocessing, the models to compare, and how to train them.
 *
 * @module
 */
import * as t from 'io-ts';
import {
  notNegative,
  numberThat,
  oneOf,
  positive,
  positiveInteger,
  properFraction,
  record,
  size,
  tagged,
} from '../core/config.js';
import { Transforms } from '../data/augment/transforms.js';
import { DatasetName } from '../data/datasets.js';
import { ImageDecoding } from '../data/image-decoding.js';
import { ModelConfig } from '../models/families.js';

const fraction = numberThat('a fraction in [0, 1]', (n) => n >= 0 && n <= 1);

export const ScheduleConfig = tagged('a schedule', {
  constant: record('a constant rate', { kind: t.literal('constant'), learningRate: positive }),
  'warm-up-cosine': record('warm-up and cosine', {
    kind: t.literal('warm-up-cosine'),
    /** The highest rate. */
    learningRate: positive,
    /** The fraction of all steps during which the rate rises. */
    warmUp: fraction,
    /** The rate at the first step. */
    initialLearningRate: notNegative,
    /** The rate at the end. */
    finalLearningRate: notNegative,
  }),
});
export type ScheduleConfig = t.TypeOf<typeof ScheduleConfig>;

export const OptimizerConfig = record(
  'AdamW',
  {
    kind: t.literal('adamw'),
    beta1: properFraction,
    beta2: properFraction,
    epsilon: positive,
    epsilonOn: oneOf(['corrected', 'raw']),
    weightDecay: notNegative,
    decay: oneOf(['scaled', 'independent', 'l2']),
    /** The largest global norm of the gradients, or null. */
    clip: t.union([positive, t.null], 'a number above 0, or null'),
  },
  {
    /** Parameters that stay as they are, by patterns of their paths: `blocks/0`, `blocks/*\/attention`. */
    freeze: t.readonlyArray(t.string),
    /** Highest learning rates of groups of parameters. That of the others is in the schedule; of several groups, the last counts. */
    learningRates: t.readonlyArray(
      record('the rate of a group', {
        /** Of the paths of its parameters. */
        pattern: t.string,
        learningRate: notNegative,
      }),
    ),
    /** The decay of a moving average of the parameters, which is validated and tested in their place. */
    averageWeights: properFraction,
    /** How many batches make one update, as if they were one. Default: 1. */
    accumulate: positiveInteger,
  },
);
export type OptimizerConfig = t.TypeOf<typeof OptimizerConfig>;

/** Names become file names. */
const ModelName = new t.Type<string>(
  'a model name of lowercase letters, digits and hyphens',
  t.string.is,
  (value, context) =>
    typeof value === 'string' && /^[a-z0-9][a-z0-9-]*$/.test(value) ? t.success(value) : t.failure(value, context),
  t.identity,
);

export const ExperimentConfig = record(
  'an experiment',
  {
    /** The name of a preset or a file. */
    name: t.string,
    dataset: DatasetName,
    /** The fraction of the training images, at their end, that is held out for validation; 0 for none. */
    validation: properFraction,
    /** From raw pixels to model inputs. Random transforms run only in training. */
    transforms: Transforms,
    /** The last model is compared with the first. */
    models: t.readonlyArray(
      record('a model of the experiment', { name: ModelName, title: t.string, config: ModelConfig }),
    ),
    epochs: positiveInteger,
    batchSize: size,
    labelSmoothing: properFraction,
    schedule: ScheduleConfig,
    optimizer: OptimizerConfig,
    seed: numberThat('a whole number', Number.isSafeInteger),
  },
  {
    /** How image files are decoded, if the data set is made of them. */
    images: ImageDecoding,
    /** How classes are weighted in the loss: `balanced` by the number of their images, or a weight for each. Default: all the same. */
    classWeights: t.union(
      [t.literal('balanced'), t.readonlyArray(positive)],
      "'balanced', or a number above 0 for each class",
    ),
    /** Training ends after so many epochs whose validation accuracy was no better than the best before them. */
    patience: positiveInteger,
  },
);
export type ExperimentConfig = t.TypeOf<typeof ExperimentConfig>;
