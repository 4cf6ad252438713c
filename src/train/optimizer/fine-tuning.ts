/**
 * Links for training that begins at the weights of another run: freezing, averages of weights, accumulation of gradients.
 *
 * @module
 */
import {
  add,
  div,
  equal,
  floor,
  minimum,
  mod,
  mul,
  sub,
  type Tensor,
  where,
  zerosLike as zerosOf,
} from '@tensorflow/tfjs-core';
import { positiveInteger, properFraction } from '../../core/config.js';
import { zerosLike } from '../../core/declaration.js';
import { requireOption } from '../../core/require.js';
import { type Mask, mapSame, zipSame, zipWith } from '../../core/tree.js';
import { type Optimizer, type OptimizerState, stateless } from './optimizer.js';

/**
 * Keeps parameters as they are, to the bit. Where this link stands in a chain makes no difference: no link gets these parameters, so none
 * has a state for them, and no gradients are computed for them.
 *
 * @example
 * const headOnly = chain({
 *   freeze: freeze((path) => path[0] !== 'classifier'),
 *   adamw: adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 }),
 * });
 */
export const freeze = (frozen: Mask): Optimizer => ({ ...stateless((updates) => updates), frozen });

/**
 * Keeps an exponential moving average of the parameters, which is evaluated and used in their place; training goes on with the parameters
 * themselves. Stands at the end of a chain, where the updates are those that are made.
 *
 * average ← average + (1 − d) · (parameter − average) with d = min(decay, t / (t + 9)) at the step t = 0, 1, …: the initial parameters do
 * not count, and early averages are of few steps. `decay` is in [0, 1); otherwise the step is an `EngineError` of the kind `invalid-option`.
 *
 * Source: Polyak and Juditsky 1992; `ExponentialMovingAverage` of TensorFlow with `num_updates`, whose average begins at the initial
 * parameters instead.
 *
 * @example
 * chain({ adamw: adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 }), average: averageWeights(0.999) })
 */
export const averageWeights = (decay: number): Optimizer => ({
  averages: ['weights'],
  init: (params) => ({ weights: zerosLike(params) }),
  update: (updates, state, params, step) => {
    requireOption('averageWeights', properFraction, decay);
    const weight = sub(1, minimum(div(step, add(step, 9)), decay));
    const next = zipWith<Tensor, Tensor, Tensor>((parameter, update) => add(parameter, update))(params, updates);
    const weights = zipWith<Tensor, Tensor, Tensor>((average, parameter) =>
      add(average, mul(sub(parameter, average), weight)),
    )(state.weights, next);
    return { updates, state: { weights } };
  },
});

/**
 * Lets an optimizer make one update with the mean gradient of `count` steps, a whole number above 0, as if their batches were one; the steps
 * between change no parameter. The optimizer and its schedule count updates, not steps. Steps after the last whole `count` are lost.
 *
 * The engine `jit` needs no accumulation to save memory: it computes a large batch in rounds. This is for engines that do not, and for
 * batches larger than the data set allows for in one epoch. `averageWeights` stands outside, in a chain after it.
 *
 * @example
 * chain({ adamw: accumulate(4, adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 })), average: averageWeights(0.999) })
 */
export const accumulate = (count: number, optimizer: Optimizer): Optimizer => ({
  ...(optimizer.frozen === undefined ? {} : { frozen: optimizer.frozen }),
  ...(optimizer.averages === undefined ? {} : { averages: ['optimizer', ...optimizer.averages] }),
  init: (params) => ({ sum: zerosLike(params), optimizer: optimizer.init(params) }),
  update: (gradients, state, params, step) => {
    requireOption('accumulate', positiveInteger, count);
    const isLast = equal(mod(add(step, 1), count), 0);
    const choose = zipSame<Tensor, Tensor>((ifLast, otherwise) => where(isLast, ifLast, otherwise));
    const zeros = mapSame<Tensor>((leaf) => zerosOf(leaf))(gradients);
    const sum = zipSame<Tensor, Tensor>((gradient, before) => add(gradient, before))(gradients, state.sum);
    const before = state.optimizer as OptimizerState;
    const mean = mapSame<Tensor>((leaf) => div(leaf, count))(sum);
    const next = optimizer.update(mean, before, params, floor(div(step, count)));
    return {
      updates: choose(next.updates, zeros),
      state: { sum: choose(zeros, sum), optimizer: choose(next.state, before) },
      ...(next.report === undefined ? {} : { report: next.report }),
    };
  },
});
