import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { ConfigError } from '../core/config.js';
import type { ImageSource } from '../data/image-source.js';
import { balancedWeights } from '../train/objectives/balanced-weights.js';
import { type Classification, classification } from '../train/objectives/classification.js';
import type { ExperimentConfig } from './config.js';

/** The loss that is minimized weighs the classes as the configuration says; the metrics count every image the same. */
export const objectiveOf = (
  { classWeights, labelSmoothing }: ExperimentConfig,
  train: ImageSource,
): E.Either<ConfigError, Classification> => {
  const options = { classes: train.classes.length, labelSmoothing };
  const plain = classification(options);
  if (classWeights === undefined) return plain;
  const weights = classWeights === 'balanced' ? balancedWeights(train) : classWeights;
  return pipe(
    plain,
    E.bindTo('plain'),
    E.bind('weighted', () => classification({ ...options, classWeights: weights })),
    E.map(({ plain: { metrics }, weighted }) => ({ ...weighted, metrics })),
  );
};
