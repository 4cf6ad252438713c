import { type Tensor as CoreTensor, cast, mul } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Axes, Same, Shape } from '../core/axes.js';
import type { Context } from '../core/context.js';
import { type Declaration, declare } from '../core/declaration.js';
import { bernoulli } from '../core/draws.js';
import { ensure, type ShapeError } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';

/** 1 where an element stays, 0 where it is dropped; `undefined` if nothing is dropped. */
export const keepMask = (rate: number, shape: readonly number[], context: Context): CoreTensor | undefined =>
  context.mode === 'eval' || rate === 0 ? undefined : cast(bernoulli(context.key, 1 - rate, shape), 'float32');

// The remaining elements are scaled by 1/(1−rate), so that the expectation stays the same.
const drop = (rate: number, x: CoreTensor, shape: readonly number[], context: Context): CoreTensor => {
  const mask = keepMask(rate, shape, context);
  return mask === undefined ? x : mul(x, mul(mask, 1 / (1 - rate)));
};

/** Checks a drop rate and declares the draw: from the layer's own key. */
export const declareDrop = (rate: number, input: Shape): E.Either<ShapeError, Declaration<NoParams>> =>
  pipe(
    ensure(rate >= 0 && rate < 1, 'a drop rate in [0, 1)', String(rate)),
    E.map(() => declare({}, input, { draws: rate === 0 ? [] : [[]] })),
  );

/**
 * In training, sets each element to zero with probability `dropRate` and scales the others up so that the expectation
 * stays the same (inverted dropout, Srivastava et al. 2014). In evaluation, and at rate 0, the identity. Any shape. A
 * `ShapeError` if the rate is not in [0, 1).
 *
 * @example
 * const hidden = serial(linear(64), gelu, dropout(0.1));
 */
export const dropout = (dropRate: number): Layer<NoParams, Axes, Same> => ({
  init: (input) => declareDrop(dropRate, input),
  apply: (_, x, context) => drop(dropRate, x, x.shape, context),
});

/**
 * Stochastic depth (Huang et al. 2016): in training, sets the whole output of a residual branch for an image to zero with
 * probability `dropRate` and scales the others up. The first axis is the batch. A `ShapeError` if the rate is not in [0, 1).
 *
 * @example
 * const block = residual(serial(linear(64), named('path', dropPath(0.1))));
 */
export const dropPath = (dropRate: number): Layer<NoParams, Axes, Same> => ({
  init: (input) => declareDrop(dropRate, input),
  apply: (_, x, context) =>
    drop(
      dropRate,
      x,
      x.shape.map((size, axis) => (axis === 0 ? size : 1)),
      context,
    ),
});
