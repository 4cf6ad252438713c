/**
 * Scaled dot-product attention on `[batch, head, token, feature]`, as one function with its own gradient.
 *
 * @module
 */
import {
  add,
  type Tensor as CoreTensor,
  customGrad,
  eye,
  type GradSaveFunc,
  matMul,
  mul,
  softmax,
  sub,
  sum,
} from '@tensorflow/tfjs-core';

export interface AttendOptions {
  /** Whether a token is kept from attending to itself: its weight is then exactly 0. */
  readonly maskDiagonal: boolean;
  /** Multiplies the weights, `[batch, head, query, key]`; see `dropMask`. */
  readonly drop?: CoreTensor | undefined;
}

/** Far below every score, yet finite: exp of it is exactly 0 after the maximum is subtracted. Keras uses the same. */
const MASKED = -1e9;

/** softmax(Q Kᵀ), with the diagonal masked if asked: `[batch, head, query, key]`, rows sum to 1. */
export const attentionWeights = (query: CoreTensor, key: CoreTensor, maskDiagonal: boolean): CoreTensor => {
  const scores = matMul(query, key, false, true);
  return softmax(maskDiagonal ? add(scores, mul(eye(key.shape[2]!), MASKED)) : scores);
};

/**
 * softmax(Q Kᵀ) V, all `[batch, head, token, feature]`; the query is already scaled.
 *
 * The gradient uses rowsum(dP ∘ P) = rowsum(dO ∘ O), which holds with dropped weights too and spares a pass over the
 * largest arrays of a training step (Dao et al. 2022, appendix B.2).
 */
export const attend = (
  query: CoreTensor,
  key: CoreTensor,
  value: CoreTensor,
  { maskDiagonal, drop }: AttendOptions,
): CoreTensor => {
  const dropped = (weights: CoreTensor, mask: CoreTensor | undefined): CoreTensor =>
    mask === undefined ? weights : mul(weights, mask);
  return customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [CoreTensor, CoreTensor, CoreTensor, GradSaveFunc];
    const weights = attentionWeights(q, k, maskDiagonal);
    const output = matMul(dropped(weights, drop), v);
    // The mask too: tfjs disposes what the backward pass has not asked for.
    save([q, k, v, weights, output, ...(drop === undefined ? [] : [drop])]);
    return {
      value: output,
      gradFunc: (dy, saved) => {
        const [Q, K, V, P, O, mask] = saved as [
          CoreTensor,
          CoreTensor,
          CoreTensor,
          CoreTensor,
          CoreTensor,
          CoreTensor?,
        ];
        const dO = dy as CoreTensor;
        const dV = matMul(dropped(P, mask), dO, true, false);
        const dP = dropped(matMul(dO, V, false, true), mask);
        const dS = mul(P, sub(dP, sum(mul(dO, O), -1, true)));
        return [matMul(dS, K), matMul(dS, Q, true, false), dV];
      },
    };
  })(query, key, value);
};
