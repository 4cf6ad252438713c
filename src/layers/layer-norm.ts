import {
  add,
  type Tensor as CoreTensor,
  customGrad,
  type GradSaveFunc,
  matMul,
  mean,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
} from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Features, Same, Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import { ones, zeros } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';

/** `scale [feature]`, `offset [feature]`; Keras calls them gamma and beta. */
export type LayerNormParams = { readonly scale: Tensor<['feature']>; readonly offset: Tensor<['feature']> };

/**
 * `scale · (x − mean) / √(variance + ε) + offset` over the last axis, with the biased variance.
 *
 * The gradient is written out: what tfjs derives step by step takes about twice as many passes over the data. With
 * x̂ = (x − mean) / √(variance + ε) it is dx = (scale · dy − mean(scale · dy) − x̂ · mean(scale · dy · x̂)) / √(variance + ε).
 */
const normalize = (epsilon: number) =>
  customGrad((...args) => {
    const [x, scale, offset, save] = args as unknown as [CoreTensor, CoreTensor, CoreTensor, GradSaveFunc];
    const centered = sub(x, mean(x, -1, true));
    const inverse = rsqrt(add(mean(square(centered), -1, true), epsilon));
    const normalized = mul(centered, inverse);
    save([normalized, inverse, scale]);
    return {
      value: add(mul(normalized, scale), offset),
      gradFunc: (dy, saved) => {
        const [xHat, inv, gamma] = saved as [CoreTensor, CoreTensor, CoreTensor];
        const dY = dy as CoreTensor;
        const leading = [...xHat.shape.keys()].slice(0, -1);
        const dYXHat = mul(dY, xHat);
        // A product with a column takes the mean of what gamma weights in one pass.
        const column = mul(reshape(gamma, [-1, 1]), 1 / gamma.size);
        const along = mul(xHat, matMul(dYXHat, column));
        const dX = mul(sub(sub(mul(dY, gamma), along), matMul(dY, column)), inv);
        return [dX, sum(dYXHat, leading), sum(dY, leading)];
      },
    };
  });

/**
 * Layer normalization (Ba et al. 2016): `[…, feature] → […, feature]`.
 *
 * `epsilon` is added to the variance: 1e-6 as in the Keras example; PyTorch's default is 1e-5, Keras's 1e-3.
 */
export const layerNorm = (options: { readonly epsilon?: number } = {}): Layer<LayerNormParams, Features, Same> => {
  const epsilon = options.epsilon ?? 1e-6;
  const f = normalize(epsilon);
  return {
    init: (input) =>
      pipe(
        ensure(epsilon > 0, 'a positive epsilon', String(epsilon)),
        E.chain(() => expectAxes(['...', 'feature'], input)),
        E.map(([width]) =>
          declare(
            { scale: parameter({ feature: width! }, ones), offset: parameter({ feature: width! }, zeros) },
            input,
          ),
        ),
      ),
    apply: (params, x) => f(x, params.scale, params.offset),
  };
};
