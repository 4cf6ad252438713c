import {
  add,
  type Tensor as CoreTensor,
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
import { requireParameter } from '../core/require.js';
import { customGradient } from '../core/tfjs/custom-gradient.js';

/** `scale [feature]`, `offset [feature]`; Keras calls them gamma and beta. */
export type LayerNormParams = { readonly scale: Tensor<['feature']>; readonly offset: Tensor<['feature']> };

/**
 * `scale · (x − mean) / √(variance + ε) + offset` over the last axis, with the biased variance.
 *
 * The gradient is written out: the one that tfjs derives step by step takes about twice as many passes over the data. With
 * x̂ = (x − mean) / √(variance + ε) it is dx = (scale · dy − mean(scale · dy) − x̂ · mean(scale · dy · x̂)) / √(variance + ε).
 */
const normalize = (epsilon: number) =>
  customGradient({
    forward: (x: CoreTensor, scale: CoreTensor, offset: CoreTensor) => {
      const centered = sub(x, mean(x, -1, true));
      const inverse = rsqrt(add(mean(square(centered), -1, true), epsilon));
      const normalized = mul(centered, inverse);
      return { value: add(mul(normalized, scale), offset), saved: [normalized, inverse, scale] };
    },
    gradient: (dy, [xHat, inverse, gamma]) => {
      const leading = [...xHat.shape.keys()].slice(0, -1);
      const dYXHat = mul(dy, xHat);
      // The product with a column is the mean weighted by gamma, in one pass.
      const column = mul(reshape(gamma, [-1, 1]), 1 / gamma.size);
      const along = mul(xHat, matMul(dYXHat, column));
      const dX = mul(sub(sub(mul(dy, gamma), along), matMul(dy, column)), inverse);
      return [dX, sum(dYXHat, leading), sum(dy, leading)];
    },
  });

/**
 * Layer normalization (Ba et al. 2016): `[…, feature] → […, feature]`.
 *
 * `epsilon` is added to the variance; default: 1e-6, as in the Keras example. PyTorch's default is 1e-5, Keras's 1e-3.
 *
 * @example
 * const norm = layerNorm({ epsilon: 1e-5 });
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
          declare({ scale: parameter({ feature: width }, ones), offset: parameter({ feature: width }, zeros) }, input),
        ),
      ),
    apply: (params, x, context) => {
      const width = x.shape.at(-1) ?? 0;
      requireParameter(context, 'scale', params.scale, [width], `${width} features`);
      requireParameter(context, 'offset', params.offset, [width], `${width} features`);
      return f(x, params.scale, params.offset);
    },
  };
};
