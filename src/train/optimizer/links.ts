/**
 * The small links of a chain: clipping, weight decay, the learning rate.
 *
 * @module
 */
import { add, div, maximum, mul, neg, scalar, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { notNegative, numberThat, positive } from '../../core/config.js';
import { requireOption } from '../../core/require.js';
import { leaves, type Mask, map, mapSame, type Path, zipWith } from '../../core/tree.js';
import type { Schedule } from '../schedule.js';
import { type Optimizer, stateless } from './optimizer.js';

const everything: Mask = () => true;

const finite = numberThat('a finite number', () => true);

/** The Euclidean norm over all leaves of a tree. */
export const globalNorm = (tree: unknown): Tensor =>
  sqrt(leaves<Tensor>(tree).reduce<Tensor>((total, leaf) => add(total, sum(square(leaf))), scalar(0)));

/** Scales all updates down together when their global norm is above `limit`, which is above 0 (Pascanu et al. 2013). */
export const clipByGlobalNorm = (limit: number): Optimizer =>
  stateless((updates) => {
    requireOption('clip', positive, limit);
    const factor = div(limit, maximum(globalNorm(updates), limit));
    return map<Tensor, Tensor>((leaf) => mul(leaf, factor))(updates) as typeof updates;
  });

/**
 * Adds `decay · parameter` to the updates. Its place in the chain decides the kind of weight decay:
 * - before `scaleByLearningRate`: as in AdamW of PyTorch and Keras, multiplied by the learning rate;
 * - before `scaleByAdam`: classical L2 regularization;
 * - after `scaleByLearningRate`, with a negative `decay`: as in TensorFlow Addons and Loshchilov and Hutter 2019, independent of the
 *   learning rate.
 */
export const addDecayedWeights = (decay: number, mask: Mask = everything): Optimizer =>
  stateless((updates, params) => {
    requireOption('weightDecay', finite, decay);
    return zipWith<Tensor, Tensor, Tensor>((update, parameter, path) =>
      mask(path) ? add(update, mul(parameter, decay)) : update,
    )(updates, params) as typeof updates;
  });

/**
 * The factor of each parameter's learning rate, 0 or more: `(path) => (path[0] === 'classifier' ? 10 : 1)`. For groups of parameters, such as
 * the layers of a pretrained model and those that are new.
 */
export type RateFactor = (path: Path) => number;

/**
 * Multiplies by the negative learning rate of the step, so that the updates descend. Reports `learningRate`, that of the parameters whose
 * factor is 1, as by default all are.
 *
 * @example
 * const layerwise = scaleByLearningRate(constantSchedule(1e-3), ([first, block]) => (first === 'blocks' ? 0.75 ** (5 - Number(block)) : 1));
 */
export const scaleByLearningRate = (schedule: Schedule, factorOf: RateFactor = () => 1): Optimizer => ({
  init: () => ({}),
  update: (updates, state, _, step) => {
    const learningRate = schedule(step);
    const descent = neg(learningRate);
    const scaled = mapSame<Tensor>((leaf, path) => {
      const factor = factorOf(path);
      requireOption('learning rate factor', notNegative, factor);
      return mul(leaf, factor === 1 ? descent : mul(descent, factor));
    });
    return { updates: scaled(updates), state, report: { learningRate } };
  },
});
