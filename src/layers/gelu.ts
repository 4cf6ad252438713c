import {
  add,
  type Tensor as CoreTensor,
  customGrad,
  erf,
  exp,
  type GradSaveFunc,
  mul,
  square,
  sub,
} from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import type { Layer, NoParams } from '../core/layer.js';

const LOG_INVERSE_SQRT_PI = -Math.log(Math.PI) / 2;

// The derivative is Φ(x) + x φ(x), and x φ(x) = t exp(−t²) / √π for t = x / √2, which erf has taken already; the factor is
// in the exponent, where it costs no pass over the data.
const exactGelu = customGrad((...args) => {
  const [x, save] = args as unknown as [CoreTensor, GradSaveFunc];
  const t = mul(x, Math.SQRT1_2);
  const cdf = mul(add(erf(t), 1), 0.5);
  save([t, cdf]);
  return {
    value: mul(x, cdf),
    gradFunc: (dy, saved) => {
      const [T, probability] = saved as [CoreTensor, CoreTensor];
      const slope = mul(T, exp(sub(LOG_INVERSE_SQRT_PI, square(T))));
      return [mul(dy as CoreTensor, add(probability, slope))];
    },
  };
});

/** The Gaussian error linear unit, exact: `x Φ(x)` with `Φ(x) = (1 + erf(x / √2)) / 2` (Hendrycks and Gimpel 2016). */
export const gelu: Layer<NoParams, Axes, Same> = {
  init: (input) => E.right(declare({}, input)),
  apply: (_, x) => exactGelu(x),
};
