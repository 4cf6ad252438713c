/**
 * Scaled dot-product attention from `[batch, head, token, feature]`, as one function with its own gradient.
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
  transpose,
} from '@tensorflow/tfjs-core';

export interface AttendOptions {
  /** Whether a token is kept from attending to itself: its weight is then exactly 0. */
  readonly maskDiagonal: boolean;
  /** Multiplies the weights, `[batch, head, query, key]`; see `keepMask`. */
  readonly drop?: CoreTensor | undefined;
}

/** Far below every score, yet finite: exp of it is exactly 0 after the maximum is subtracted. Keras uses the same. */
const MASKED = -1e9;

/** softmax(Q Kᵀ), with the diagonal masked if asked: `[batch, head, query, key]`, rows sum to 1. */
export const attentionWeights = (query: CoreTensor, key: CoreTensor, maskDiagonal: boolean): CoreTensor => {
  const scores = matMul(query, key, false, true);
  return softmax(maskDiagonal ? add(scores, mul(eye(key.shape[2]!), MASKED)) : scores);
};

const headsLast = (x: CoreTensor): CoreTensor => transpose(x, [0, 2, 1, 3]);
const turned = (x: CoreTensor): CoreTensor => transpose(x, [0, 1, 3, 2]);

/**
 * softmax(Q Kᵀ) V from `[batch, head, token, feature]` to `[batch, token, head, feature]`; the query is already scaled.
 *
 * The gradient spares passes over the largest arrays of a training step. rowsum(dP ∘ P) = rowsum(dO ∘ O) holds with dropped
 * weights too (Dao et al. 2022, appendix B.2). Of a mask, W = P ∘ mask is kept, as P ∘ dP = W ∘ dW. And dV = (dOᵀ W)ᵀ, dK
 * = (Qᵀ dS)ᵀ turn arrays of tokens where Wᵀ dO and dSᵀ Q would turn the weights: 4 % of a step of 32 images, 1 % of 8.
 * The answer is kept as the next layer keeps it, so that one array serves both.
 */
export const attend = (
  query: CoreTensor,
  key: CoreTensor,
  value: CoreTensor,
  { maskDiagonal, drop }: AttendOptions,
): CoreTensor =>
  customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [CoreTensor, CoreTensor, CoreTensor, GradSaveFunc];
    const weights = attentionWeights(q, k, maskDiagonal);
    const kept = drop === undefined ? [] : [mul(weights, drop)];
    const output = headsLast(matMul(kept[0] ?? weights, v));
    save([q, k, v, weights, output, ...kept]);
    return {
      value: output,
      gradFunc: (dy, saved) => {
        const [Q, K, V, P, O, W] = saved as [CoreTensor, CoreTensor, CoreTensor, CoreTensor, CoreTensor, CoreTensor?];
        const dO = headsLast(dy as CoreTensor);
        const dV = turned(matMul(transpose(dy as CoreTensor, [0, 2, 3, 1]), W ?? P));
        const dW = matMul(dO, V, false, true);
        const along = headsLast(sum(mul(dy as CoreTensor, O), -1, true));
        const dS = W === undefined ? mul(P, sub(dW, along)) : sub(mul(W, dW), mul(P, along));
        return [matMul(dS, K), turned(matMul(turned(Q), dS)), dV];
      },
    };
  })(query, key, value);
