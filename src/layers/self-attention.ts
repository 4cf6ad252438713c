import { type Tensor as CoreTensor, mul, reshape, transpose } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Same, Tensor, Tokens } from '../core/axes.js';
import { declare, type Specs } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import { glorotNormal, glorotUniform, type Initializer } from '../core/initializers.js';
import type { AnyLayer, Layer } from '../core/layer.js';
import { show } from '../core/observe.js';
import { requireAxes, requireThat } from '../core/require.js';
import { mapSame } from '../core/tree.js';
import { attend, attentionWeights } from './attend.js';
import { declareDrop, keepMask } from './dropout.js';
import { type LinearParams, linear } from './linear.js';

/** The initial distributions of the projections of attention; `dim` is the width of a token. */
export interface AttentionInitializers {
  readonly projection: (dim: number, heads: number, headDim: number) => Initializer;
  readonly output: (dim: number, heads: number, headDim: number) => Initializer;
}

/**
 * Keras 2's `MultiHeadAttention` computes the fans of its three-dimensional kernels as if they were convolutions, so its
 * projections are initially smaller than by Glorot's rule. (Keras 3.15 changed that.)
 */
export const kerasAttention: AttentionInitializers = {
  projection: (dim, heads, headDim) => glorotUniform(heads * dim, headDim * dim),
  output: (dim, heads, headDim) => glorotUniform(headDim * heads, dim * heads),
};

/** The official code has query, key and value in one linear map, initialized with `xavier_normal_`. */
export const officialAttention: AttentionInitializers = {
  projection: (dim, heads, headDim) => glorotNormal(dim, 3 * heads * headDim),
  output: (dim, heads, headDim) => glorotNormal(heads * headDim, dim),
};

export interface SelfAttentionOptions<Bias extends boolean> {
  readonly heads: number;
  /** The width of a head; query, key and value are `heads · headDim` wide. */
  readonly headDim: number;
  /** The probability that an attention weight is dropped in training; default: 0. */
  readonly dropRate?: number;
  /** Whether query, key and value have biases; default: true, as in Keras. The official code has none. */
  readonly bias?: Bias;
  /** Default: `kerasAttention`. */
  readonly initializers?: AttentionInitializers;
}

export type AttentionParams<Bias extends boolean = boolean> = {
  readonly query: LinearParams<Bias>;
  readonly key: LinearParams<Bias>;
  readonly value: LinearParams<Bias>;
  readonly output: LinearParams;
};

/** What a kind of attention adds to plain self-attention: parameters, and the factor of the query. */
export interface Scaling<P> {
  readonly params: (heads: number, headDim: number) => Specs<P>;
  /** Multiplies the query: one number, or one for each head and feature, `[head · feature]`. */
  readonly scale: (params: P, headDim: number) => CoreTensor | number;
  /** What divides the scores, `[head]`, to be shown; none for plain attention. */
  readonly temperature?: (params: P, heads: number, headDim: number) => CoreTensor;
}

const ENOUGH = 'two tokens or more, as a token cannot attend to itself under a diagonal mask';

/** Multi-head self-attention with the given scaling, of which `selfAttention` and `localityAttention` are made. */
export const scaledSelfAttention = <P, Bias extends boolean>(
  options: SelfAttentionOptions<Bias>,
  scaling: Scaling<P>,
  maskDiagonal: boolean,
): Layer<AttentionParams<Bias> & P, Tokens, Same> => {
  const { heads, headDim, dropRate = 0, initializers = kerasAttention } = options;
  const inner = heads * headDim;
  const hasEnough = (tokens: number): boolean => !maskDiagonal || tokens > 1;
  const parts = (dim: number) => {
    const projection = { initializer: () => initializers.projection(dim, heads, headDim) };
    const project: AnyLayer = linear(inner, { ...projection, bias: options.bias ?? true });
    const output = linear(dim, { initializer: () => initializers.output(dim, heads, headDim) });
    return { project, output };
  };

  const layer: AnyLayer = {
    init: (input) =>
      pipe(
        E.Do,
        E.bind('sizes', () => expectAxes(['batch', 'token', 'feature'], input)),
        E.bind('positive', () =>
          ensure(
            [heads, headDim].every((n) => Number.isInteger(n) && n > 0),
            'positive whole numbers of heads and of features per head',
            `${heads} heads of ${headDim}`,
          ),
        ),
        E.bind('enoughTokens', ({ sizes: [, tokens] }) => ensure(hasEnough(tokens), ENOUGH, `${tokens} token`)),
        E.bind('drop', () => declareDrop(dropRate, input)),
        E.bind('projected', ({ sizes: [, , dim] }) => parts(dim).project.init(input)),
        E.bind('output', ({ sizes: [, , dim], projected }) => parts(dim).output.init(projected.output)),
        E.map(({ sizes: [batch, tokens], drop, projected, output }) =>
          declare(
            {
              query: projected.params,
              key: projected.params,
              value: projected.params,
              output: output.params,
              ...scaling.params(heads, headDim),
            },
            input,
            { macs: 3 * projected.macs + output.macs + 2 * batch * tokens * tokens * inner, draws: drop.draws },
          ),
        ),
      ),
    apply: (params: AttentionParams<Bias> & P, x: Tensor<Tokens>, context): CoreTensor => {
      const [batch, tokens, dim] = requireAxes(context, ['batch', 'token', 'feature'], x);
      const { project, output } = parts(dim);
      // The weights are scaled rather than the tokens: they are fewer.
      const inHeads = (p: LinearParams<Bias>, factor?: CoreTensor | number): CoreTensor => {
        const scaled = factor === undefined ? p : mapSame<CoreTensor>((leaf) => mul(leaf, factor))(p);
        const y: CoreTensor = project.apply(scaled, x, context);
        return transpose(reshape(y, [batch, tokens, heads, headDim]), [0, 2, 1, 3]);
      };
      const q = inHeads(params.query, scaling.scale(params, headDim));
      requireThat(context, hasEnough(tokens), ENOUGH, `${tokens} token`);
      const k = inHeads(params.key);
      const { temperature } = scaling;
      show(context, 'weights', () => attentionWeights(q, k, maskDiagonal));
      if (temperature !== undefined) show(context, 'temperature', () => temperature(params, heads, headDim));
      const drop = keepMask(dropRate, [batch, heads, tokens, tokens], context);
      const v = inHeads(params.value, drop === undefined ? undefined : 1 / (1 - dropRate));
      const mixed: Tensor<Tokens> = reshape(attend(q, k, v, { maskDiagonal, drop }), [batch, tokens, inner]);
      return output.apply(params.output, mixed, context);
    },
  };
  return layer;
};

/**
 * Multi-head self-attention (Vaswani et al. 2017), softmax(Q Kᵀ / √headDim) V: `[batch, token, feature]` to the same.
 * Shows its `weights`, `[batch, head, query, key]`, to `observe`. A `ShapeError` if heads, widths or drop rate are out of range.
 *
 * @example
 * const attention = selfAttention({ heads: 4, headDim: 64, dropRate: 0.1 });
 */
export const selfAttention = <const Bias extends boolean = true>(
  options: SelfAttentionOptions<Bias>,
): Layer<AttentionParams<Bias>, Tokens, Same> =>
  scaledSelfAttention<unknown, Bias>(
    options,
    { params: () => ({}), scale: (_, headDim) => 1 / Math.sqrt(headDim) },
    false,
  );
