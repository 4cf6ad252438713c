import {
  add,
  type Tensor as CoreTensor,
  customGrad,
  erf,
  exp,
  type GradSaveFunc,
  mul,
  square,
} from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import type { Layer, NoParams } from '../core/layer.js';

const INVERSE_SQRT_2_PI = 1 / Math.sqrt(2 * Math.PI);

// The derivative is Φ(x) + x φ(x): Φ is at hand from the forward pass.
const exactGelu = customGrad((...args) => {
  const [x, save] = args as unknown as [CoreTensor, GradSaveFunc];
  const cdf = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  save([x, cdf]);
  return {
    value: mul(x, cdf),
    gradFunc: (dy, saved) => {
      const [input, probability] = saved as [CoreTensor, CoreTensor];
      const density = mul(exp(mul(square(input), -0.5)), INVERSE_SQRT_2_PI);
      return [mul(dy as CoreTensor, add(probability, mul(input, density)))];
    },
  };
});

/** The Gaussian error linear unit, exact: `x Φ(x)` with `Φ(x) = (1 + erf(x / √2)) / 2` (Hendrycks and Gimpel 2016). */
export const gelu: Layer<NoParams, Axes, Same> = {
  init: (input) => E.right(declare({}, input)),
  apply: (_, x) => exactGelu(x),
};
