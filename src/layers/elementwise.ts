import {
  type Tensor as CoreTensor,
  mul,
  relu as tfRelu,
  sigmoid as tfSigmoid,
  softplus as tfSoftplus,
  tanh as tfTanh,
} from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import type { Layer, NoParams } from '../core/layer.js';

/**
 * A function of each element, of any shape. It must preserve the shape.
 *
 * @example
 * const squaredRelu = elementwise((x) => tf.square(tf.relu(x)));
 */
export const elementwise = (f: (x: CoreTensor) => CoreTensor): Layer<NoParams, Axes, Same> => ({
  init: (input) => E.right(declare({}, input)),
  apply: (_, x) => f(x),
});

/** `max(x, 0)`. Any shape. */
export const relu = elementwise((x) => tfRelu(x));

/** The sigmoid linear unit `x · sigmoid(x)`, also called swish (Elfwing et al. 2017). Any shape. */
export const silu = elementwise((x) => mul(x, tfSigmoid(x)));

/** `1 / (1 + exp(−x))`. Any shape. */
export const sigmoid = elementwise((x) => tfSigmoid(x));

/** `log(1 + exp(x))`. Any shape. */
export const softplus = elementwise((x) => tfSoftplus(x));

/** The hyperbolic tangent. Any shape. */
export const tanh = elementwise((x) => tfTanh(x));
