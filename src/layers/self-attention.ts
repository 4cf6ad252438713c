import { type Tensor as CoreTensor, mul, reshape, transpose } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Same, Tensor, Tokens } from '../core/axes.js';
import { declare, type Specs } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import { glorotNormal, glorotUniform, type Initializer } from '../core/initializers.js';
import type { AnyLayer, Layer } from '../core/layer.js';
import { show } from '../core/observe.js';
import { map } from '../core/tree.js';
import { attend, attentionWeights } from './attend.js';
import { declareDrop, keepMask } from './dropout.js';
import { type LinearParams, linear } from './linear.js';

/** How the projections of attention start; `dim` is the width of a token. */
export interface AttentionInitializers {
  readonly projection: (dim: number, heads: number, headDim: number) => Initializer;
  readonly output: (dim: number, heads: number, headDim: number) => Initializer;
}

/**
 * Keras 2's `MultiHeadAttention` takes the fans of its three-dimensional kernels as if they were convolutions, so its
 * projections start smaller than Glorot's rule says. (Keras 3.15 changed that.)
 */
export const kerasAttention: AttentionInitializers = {
  projection: (dim, heads, headDim) => glorotUniform(heads * dim, headDim * dim),
  output: (dim, heads, headDim) => glorotUniform(headDim * heads, dim * heads),
};

/** The official code has query, key and value in one linear map, which `xavier_normal_` starts. */
export const officialAttention: AttentionInitializers = {
  projection: (dim, heads, headDim) => glorotNormal(dim, 3 * heads * headDim),
  output: (dim, heads, headDim) => glorotNormal(heads * headDim, dim),
};

export interface SelfAttentionOptions<Bias extends boolean> {
  readonly heads: number;
  /** The width of a head; query, key and value are `heads · headDim` wide. */
  readonly headDim: number;
  /** How often an attention weight is dropped in training. */
  readonly dropRate?: number;
  /** Whether query, key and value have biases: as in Keras unless told otherwise; the official code has none. */
  readonly bias?: Bias;
  readonly initializers?: AttentionInitializers;
}

export type AttentionParams<Bias extends boolean = boolean> = {
  readonly query: LinearParams<Bias>;
  readonly key: LinearParams<Bias>;
  readonly value: LinearParams<Bias>;
  readonly output: LinearParams;
};

/** What a kind of attention adds to the plain one: parameters, the factor on the query and the mask. */
export interface Scaling<P> {
  readonly params: (heads: number, headDim: number) => Specs<P>;
  /** Multiplies the query: one number, or one for each head and feature, `[head · feature]`. */
  readonly scale: (params: P, headDim: number) => CoreTensor | number;
  readonly maskDiagonal: boolean;
}

/** Multi-head self-attention with the given scaling; `selfAttention` and `localityAttention` are made of it. */
export const scaledSelfAttention = <P, Bias extends boolean>(
  options: SelfAttentionOptions<Bias>,
  scaling: Scaling<P>,
): Layer<AttentionParams<Bias> & P, Tokens, Same> => {
  const { heads, headDim, dropRate = 0, initializers = kerasAttention } = options;
  const inner = heads * headDim;
  const parts = (dim: number) => {
    const projection = { initializer: () => initializers.projection(dim, heads, headDim) };
    const project: AnyLayer = linear(inner, { ...projection, bias: options.bias ?? true });
    const output = linear(dim, { initializer: () => initializers.output(dim, heads, headDim) });
    return { project, output };
  };

  const layer: Layer<AttentionParams<Bias> & P, Tokens, Same> = {
    init: (input) =>
      pipe(
        E.Do,
        E.bind('sizes', () => expectAxes(['batch', 'token', 'feature'], input)),
        E.bind('positive', () =>
          ensure(
            [heads, headDim].every((n) => Number.isInteger(n) && n > 0),
            'a positive whole number of heads and of features a head',
            `${heads} heads of ${headDim}`,
          ),
        ),
        E.bind('keysLeft', ({ sizes }) =>
          ensure(
            !scaling.maskDiagonal || sizes[1]! > 1,
            'two tokens or more, as a token that may not attend to itself needs another',
            `${sizes[1]} token`,
          ),
        ),
        E.bind('drop', () => declareDrop(dropRate, input)),
        E.bind('projected', ({ sizes }) => parts(sizes[2]!).project.init(input)),
        E.bind('output', ({ sizes, projected }) => parts(sizes[2]!).output.init(projected.output)),
        E.map(({ sizes, drop, projected, output }) =>
          declare(
            {
              query: projected.params,
              key: projected.params,
              value: projected.params,
              output: output.params,
              ...scaling.params(heads, headDim),
            } as unknown as Specs<AttentionParams<Bias> & P>,
            input,
            {
              macs: 3 * projected.macs + output.macs + 2 * sizes[0]! * sizes[1]! * sizes[1]! * inner,
              draws: drop.draws,
            },
          ),
        ),
      ),
    apply: (params, x, context) => {
      const [batch, tokens, dim] = x.shape as [number, number, number];
      const { project, output } = parts(dim);
      // A factor goes to the weights, which are few, and not to the tokens.
      const inHeads = (p: unknown, factor?: CoreTensor | number): CoreTensor => {
        const scaled = factor === undefined ? p : map<CoreTensor, CoreTensor>((leaf) => mul(leaf, factor))(p);
        const y = project.apply(scaled, x, context) as CoreTensor;
        return transpose(reshape(y, [batch, tokens, heads, headDim]), [0, 2, 1, 3]);
      };
      const query = inHeads(params.query, scaling.scale(params, headDim));
      const key = inHeads(params.key);
      if (context.show !== undefined) show(context, 'weights', attentionWeights(query, key, scaling.maskDiagonal));
      const drop = keepMask(dropRate, [batch, heads, tokens, tokens], context);
      const value = inHeads(params.value, drop === undefined ? undefined : 1 / (1 - dropRate));
      const mixed = attend(query, key, value, { maskDiagonal: scaling.maskDiagonal, drop });
      const joined: Tensor<Tokens> = reshape(mixed, [batch, tokens, inner]);
      return output.apply(params.output, joined, context) as CoreTensor;
    },
  };
  return layer;
};

/**
 * Multi-head self-attention (Vaswani et al. 2017), softmax(Q Kᵀ / √headDim) V: `[batch, token, feature]` to the same.
 * Shows its `weights`, `[batch, head, query, key]`, to `observe`.
 *
 * @example
 * const attention = selfAttention({ heads: 4, headDim: 64, dropRate: 0.1 });
 */
export const selfAttention = <const Bias extends boolean = true>(
  options: SelfAttentionOptions<Bias>,
): Layer<AttentionParams<Bias>, Tokens, Same> =>
  scaledSelfAttention<unknown, Bias>(options, {
    params: () => ({}),
    scale: (_, headDim) => 1 / Math.sqrt(headDim),
    maskDiagonal: false,
  });
