import { add, type Tensor as CoreTensor, erf, exp, mul, square, sub } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import type { Layer, NoParams } from '../core/layer.js';
import { customGradient } from '../core/tfjs/custom-gradient.js';

const LOG_INVERSE_SQRT_PI = -Math.log(Math.PI) / 2;

// The derivative is Φ(x) + x φ(x), and x φ(x) = t exp(−t²) / √π for t = x / √2, which erf already takes. The constant factor
// is part of the exponent, where it costs no pass over the data.
const exactGelu = customGradient({
  forward: (x: CoreTensor) => {
    const t = mul(x, Math.SQRT1_2);
    const cdf = mul(add(erf(t), 1), 0.5);
    return { value: mul(x, cdf), saved: [t, cdf] };
  },
  gradient: (dy, [t, cdf]) => {
    const slope = mul(t, exp(sub(LOG_INVERSE_SQRT_PI, square(t))));
    return [mul(dy, add(cdf, slope))];
  },
});

/**
 * The Gaussian error linear unit in its exact form: `x Φ(x)` with `Φ(x) = (1 + erf(x / √2)) / 2` (Hendrycks and Gimpel 2016).
 * Any shape.
 */
export const gelu: Layer<NoParams, Axes, Same> = {
  init: (input) => E.right(declare({}, input)),
  apply: (_, x) => exactGelu(x),
};
