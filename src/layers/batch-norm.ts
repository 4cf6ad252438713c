import { add, type Tensor as CoreTensor, mean, mul, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Axes, areSizes, type Same, showShape, sizeOf, type Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure } from '../core/errors.js';
import { ones, zeros } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';
import { requireParameter, requireThat } from '../core/require.js';
import { stateParameter, update } from '../core/state.js';

/** `scale` and `offset` are learned; `mean` and `variance` are state, the running statistics. All are `[channel]`. */
export type BatchNormParams = {
  readonly scale: Tensor<['channel']>;
  readonly offset: Tensor<['channel']>;
  readonly mean: Tensor<['channel']>;
  readonly variance: Tensor<['channel']>;
};

/**
 * Batch normalization (Ioffe and Szegedy 2015) of the last axis, for images, tokens and vectors: `[batch, …, channel]` to the same, `scale ·
 * (x − mean) / √(variance + ε) + offset`.
 *
 * In training, mean and variance are those of the batch, and the running ones move towards them by `momentum` (default: 0.1). Evaluation
 * uses the running ones. As in PyTorch, the running variance is that of a sample, divided by n − 1; Keras divides by n, and counts its
 * momentum from the other end. `epsilon` is by default 1e-5.
 *
 * A batch is normalized as a whole, however many threads a step is divided among, so a step cannot be computed in rounds of fewer images.
 * A `ShapeError` in training if there is only one number for each channel.
 *
 * @example
 * const stage = serial(named('conv', conv(64, { size: 3, bias: false })), named('norm', batchNorm()), relu);
 */
export const batchNorm = (
  options: { readonly momentum?: number; readonly epsilon?: number } = {},
): Layer<BatchNormParams, Axes, Same> => {
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  const towards = (running: CoreTensor, now: CoreTensor): CoreTensor =>
    add(mul(running, 1 - momentum), mul(now, momentum));
  return {
    init: (input) =>
      pipe(
        ensure(epsilon > 0, 'a positive epsilon', String(epsilon)),
        E.chain(() => ensure(momentum >= 0 && momentum <= 1, 'a momentum from 0 to 1', String(momentum))),
        E.chain(() =>
          ensure(
            input.sizes.length > 1 &&
              input.sizes.length === input.axes.length &&
              areSizes(input.sizes) &&
              sizeOf(input.sizes) > 0,
            'axes [batch, …, channel] with sizes of 1 or more',
            showShape(input),
          ),
        ),
        E.map(() => {
          const sizes = { channel: input.sizes.at(-1) ?? 0 };
          return declare(
            {
              scale: parameter(sizes, ones),
              offset: parameter(sizes, zeros),
              mean: stateParameter(sizes, zeros),
              variance: stateParameter(sizes, ones),
            },
            input,
          );
        }),
      ),
    apply: (params, x, context) => {
      const { scale, offset } = params;
      const channels = x.shape.at(-1) ?? 0;
      for (const [name, leaf] of Object.entries(params))
        requireParameter(context, name, leaf, [channels], `${channels} channels`);
      const given: CoreTensor = x;
      if (context.mode === 'eval') {
        const factor = mul(rsqrt(add<CoreTensor>(params.variance, epsilon)), scale);
        return add(mul(sub(given, params.mean), factor), offset);
      }
      const leading = [...x.shape.keys()].slice(0, -1);
      const count = sizeOf(x.shape.slice(0, -1));
      requireThat(context, count > 1, 'two numbers or more for each channel, to have a variance', `${count}`);
      const center = mean<CoreTensor>(given, leading);
      const centered = sub(given, center);
      const variance = mean<CoreTensor>(square(centered), leading);
      update(context, params.mean, () => towards(params.mean, center));
      update(context, params.variance, () => towards(params.variance, mul(variance, count / (count - 1))));
      return add(mul(mul(centered, rsqrt(add(variance, epsilon))), scale), offset);
    },
  };
};
