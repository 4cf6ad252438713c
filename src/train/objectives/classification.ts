import { Tensor as AnyTensor, type Tensor as CoreTensor, div, mean, mul, sum } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import type { Logits, Tensor } from '../../core/axes.js';
import {
  type ConfigError,
  configError,
  decode,
  notNegative,
  numberThat,
  properFraction,
  record,
} from '../../core/config.js';
import type { Metric } from '../metric.js';
import type { Objective } from '../objective.js';
import { checkClassTarget } from './class-target.js';
import { type ClassTarget, type CrossEntropyOptions, crossEntropy, imageWeights } from './cross-entropy.js';
import { inTopK } from './top-k.js';

/** Labels or distributions, alone or with a weight for each image, `[batch]`. */
export type ClassificationTarget = ClassTarget | { readonly classes: ClassTarget; readonly weights: Tensor<['batch']> };

export interface ClassificationOptions extends CrossEntropyOptions {
  /** How many classes there are. */
  readonly classes: number;
}

/** Cross-entropy with top-1 and top-5 accuracy. */
export type Classification = Objective<Tensor<Logits>, ClassificationTarget, 'loss' | 'top1' | 'top5'>;

const Options = record(
  'classification options',
  { classes: numberThat('2 classes or more', (n) => Number.isInteger(n) && n > 1) },
  { labelSmoothing: properFraction, classWeights: t.readonlyArray(notNegative) },
);

const isAlone = (target: ClassificationTarget): target is ClassTarget => target instanceof AnyTensor;

const classesOf = (target: ClassificationTarget): ClassTarget => (isAlone(target) ? target : target.classes);

/**
 * The objective of classification: softmax cross-entropy. The loss that is minimized is the weighted mean over the batch; the metrics
 * are the mean cross-entropy in nats without label smoothing, and the top-1 and top-5 accuracies, as fractions.
 *
 * The weight of an image is the class weight of its target (default: 1) times its own weight (default: 1). Means divide by the sum of
 * the weights, as PyTorch's `CrossEntropyLoss` does for labels. (For distributions PyTorch divides by the number of images.)
 *
 * Errors: a `ConfigError` for options that do not fit together; its `check` gives a `TargetError` for labels outside the classes,
 * distributions that do not add up to 1, and weights that are negative or not one per image.
 *
 * @example
 * const objective = orThrow(classification({ classes: 10, labelSmoothing: 0.1 }));
 */
export const classification = (options: ClassificationOptions): E.Either<ConfigError, Classification> =>
  pipe(
    decode(Options)(options),
    E.filterOrElse(
      ({ classes, classWeights }) => classWeights === undefined || classWeights.length === classes,
      ({ classes, classWeights }) =>
        configError('classWeights', `expected ${classes} weights, one per class, got ${classWeights?.length}`),
    ),
    E.map(() => objective(options)),
  );

const objective = (options: ClassificationOptions): Classification => {
  const { classWeights } = options;
  /** The weight of each image, or nothing where all weigh 1. */
  const weightsOf = (target: ClassificationTarget): CoreTensor | undefined => {
    const own = classWeights === undefined ? undefined : imageWeights(classesOf(target), classWeights);
    if (isAlone(target)) return own;
    return own === undefined ? target.weights : mul(own, target.weights);
  };
  const ownWeight = (target: ClassificationTarget, values: CoreTensor): CoreTensor =>
    isAlone(target) ? values : mul(values, target.weights);
  /** A mean over images that is weighted as the loss is. */
  const weightedMean = (
    value: (logits: Tensor<Logits>, target: ClassTarget) => CoreTensor,
  ): Metric<Tensor<Logits>, ClassificationTarget> => ({
    measure: (logits, target) => {
      const values = value(logits, classesOf(target));
      const weights = weightsOf(target);
      return weights === undefined ? { total: values } : { total: mul(values, weights), weight: weights };
    },
    summarize: ({ total = Number.NaN, weight }, examples) => total / (weight ?? examples),
  });
  return {
    loss: (logits, target) => {
      const losses = ownWeight(target, crossEntropy(logits, classesOf(target), options));
      const weights = weightsOf(target);
      return weights === undefined ? mean(losses) : div(sum(losses), sum(weights));
    },
    metrics: {
      loss: weightedMean((logits, target) => crossEntropy(logits, target)),
      top1: weightedMean((logits, target) => inTopK(logits, target, 1)),
      top5: weightedMean((logits, target) => inTopK(logits, target, 5)),
    },
    check: checkClassTarget(options.classes),
  };
};
