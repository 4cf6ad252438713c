import { add, div, mul, sqrt, square, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { positive, properFraction } from '../../core/config.js';
import { zerosLike } from '../../core/declaration.js';
import { requireOption } from '../../core/require.js';
import { zipWith } from '../../core/tree.js';
import type { Optimizer } from './optimizer.js';

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /**
   * Where ε is added:
   * - `corrected` (default): to the bias-corrected deviation, m̂ / (√v̂ + ε), as in the paper and in PyTorch (default ε: 1e-8);
   * - `raw`: to the uncorrected one, as in Keras and TensorFlow ("epsilon hat", default ε: 1e-7).
   */
  readonly epsilonOn?: 'corrected' | 'raw';
}

/**
 * 1 − βᵗ without the cancellation that the plain formula suffers in float32 (at β = 0.999 and t = 1 it is off by 6e-5):
 * with h = tanh(−t ln β / 2), 1 − βᵗ = 2h / (1 + h).
 */
const biasCorrection = (beta: number, t: Tensor): Tensor => {
  const h = tanh(mul(t, -Math.log(beta) / 2));
  return div(mul(h, 2), add(h, 1));
};

/**
 * Adam's direction (Kingma and Ba 2015), with the sign of the gradient and not yet multiplied by the learning rate. Both betas are in
 * [0, 1), ε is above 0; otherwise the step is an `EngineError` of the kind `invalid-option`.
 */
export const scaleByAdam = (options: AdamOptions = {}): Optimizer => {
  const { beta1 = 0.9, beta2 = 0.999, epsilonOn = 'corrected' } = options;
  const epsilon = options.epsilon ?? (epsilonOn === 'raw' ? 1e-7 : 1e-8);
  return {
    init: (params) => ({ mean: zerosLike(params), variance: zerosLike(params) }),
    update: (gradients, state, _, step) => {
      requireOption('beta1', properFraction, beta1);
      requireOption('beta2', properFraction, beta2);
      requireOption('epsilon', positive, epsilon);
      const t = add(step, 1);
      const first = biasCorrection(beta1, t);
      const second = sqrt(biasCorrection(beta2, t));
      const mean = zipWith<Tensor, Tensor, Tensor>((g, m) => add(mul(m, beta1), mul(g, 1 - beta1)))(
        gradients,
        state.mean,
      );
      const variance = zipWith<Tensor, Tensor, Tensor>((g, v) => add(mul(v, beta2), mul(square(g), 1 - beta2)))(
        gradients,
        state.variance,
      );
      const factor = div(second, first);
      const offset = epsilonOn === 'raw' ? epsilon : mul(second, epsilon);
      const direction = zipWith<Tensor, Tensor, Tensor>((m, v) => mul(factor, div(m, add(sqrt(v), offset))))(
        mean,
        variance,
      );
      return { updates: direction as typeof gradients, state: { mean, variance } };
    },
  };
};
