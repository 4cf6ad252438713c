/**
 * The small links of a chain: clipping, weight decay, the learning rate.
 *
 * @module
 */
import { add, div, maximum, mul, neg, scalar, sqrt, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { leaves, map, type Path, zipWith } from '../../core/tree.js';
import type { Schedule } from '../schedule.js';
import { type Optimizer, stateless } from './optimizer.js';

/** Which parameters a link touches, by path: `(path) => path.at(-1) === 'weight'`. */
export type Mask = (path: Path) => boolean;

const everything: Mask = () => true;

/** The length of a whole tree as one vector. */
export const globalNorm = (tree: unknown): Tensor =>
  sqrt(leaves<Tensor>(tree).reduce<Tensor>((total, leaf) => add(total, sum(square(leaf))), scalar(0)));

/** Scales all updates down together when their global norm is above `limit` (Pascanu et al. 2013). */
export const clipByGlobalNorm = (limit: number): Optimizer =>
  stateless((updates) => {
    const factor = div(limit, maximum(globalNorm(updates), limit));
    return map<Tensor, Tensor>((leaf) => mul(leaf, factor))(updates) as typeof updates;
  });

/**
 * Adds `rate · parameter` to the updates. Before `scaleByRate` it is the decay of AdamW in PyTorch and Keras, as the learning
 * rate multiplies it; before `scaleByAdam` it is classical L2 regularization.
 */
export const addDecay = (rate: number, mask: Mask = everything): Optimizer =>
  stateless(
    (updates, params) =>
      zipWith<Tensor, Tensor, Tensor>((update, parameter, path) =>
        mask(path) ? add(update, mul(parameter, rate)) : update,
      )(updates, params) as typeof updates,
  );

/**
 * Takes `rate · parameter` off, whatever the learning rate: the decay of tensorflow-addons' AdamW and of the paper by Loshchilov
 * and Hutter. It stands after `scaleByRate`.
 */
export const decayIndependently = (rate: number, mask: Mask = everything): Optimizer =>
  stateless(
    (updates, params) =>
      zipWith<Tensor, Tensor, Tensor>((update, parameter, path) =>
        mask(path) ? sub(update, mul(parameter, rate)) : update,
      )(updates, params) as typeof updates,
  );

/** Multiplies by minus the learning rate of the step: from a direction up to an update down. */
export const scaleByRate = (schedule: Schedule): Optimizer =>
  stateless((updates, _, step) => {
    const factor = neg(schedule(step));
    return map<Tensor, Tensor>((leaf) => mul(leaf, factor))(updates) as typeof updates;
  });
