import { type Tensor as CoreTensor, div, mul, ones, reshape } from '@tensorflow/tfjs-core';
import type { Same, Tensor, Tokens } from '../core/axes.js';
import { parameter } from '../core/declaration.js';
import { constant } from '../core/initializers.js';
import type { AnyLayer, Layer } from '../core/layer.js';
import {
  type AttentionParams,
  type Scaling,
  type SelfAttentionOptions,
  scaledSelfAttention,
} from './self-attention.js';

/**
 * The learned scaling of locality self-attention and how it is stored, which matters to weight decay and step size:
 * - `temperature-per-layer`: one `temperature` that divides the scores, initially √headDim (the Keras example);
 * - `temperature-per-head`: the same for each head;
 * - `scale-per-head`: a `scale` for each head that multiplies the scores, initially 1/√headDim (the official code);
 * - `fixed`: √headDim, not learned.
 */
export type TemperatureKind = 'temperature-per-layer' | 'temperature-per-head' | 'scale-per-head' | 'fixed';

export type TemperatureParams<K extends TemperatureKind> = {
  'temperature-per-layer': { readonly temperature: Tensor<[]> };
  'temperature-per-head': { readonly temperature: Tensor<['head']> };
  'scale-per-head': { readonly scale: Tensor<['head']> };
  fixed: unknown;
}[K];

type Build = (options: SelfAttentionOptions<boolean>, maskDiagonal: boolean) => AnyLayer;

const scaledBy =
  <K extends TemperatureKind>(scaling: Scaling<TemperatureParams<K>>): Build =>
  (options, maskDiagonal) =>
    scaledSelfAttention(options, scaling, maskDiagonal);

// One number per head, repeated for each of its features: `[head · feature]`.
const perHead = (values: CoreTensor, headDim: number): CoreTensor =>
  reshape(mul(reshape(values, [-1, 1]), ones([1, headDim])), [-1]);

const scalings: { readonly [K in TemperatureKind]: Build } = {
  'temperature-per-layer': scaledBy<'temperature-per-layer'>({
    params: (_, headDim) => ({ temperature: parameter({}, constant(Math.sqrt(headDim))) }),
    scale: (params) => div(1, params.temperature),
    temperature: (params, heads) => mul(params.temperature, ones([heads])),
  }),
  'temperature-per-head': scaledBy<'temperature-per-head'>({
    params: (heads, headDim) => ({ temperature: parameter({ head: heads }, constant(Math.sqrt(headDim))) }),
    scale: (params, headDim) => perHead(div(1, params.temperature), headDim),
    temperature: (params) => mul(params.temperature, 1),
  }),
  'scale-per-head': scaledBy<'scale-per-head'>({
    params: (heads, headDim) => ({ scale: parameter({ head: heads }, constant(1 / Math.sqrt(headDim))) }),
    scale: (params, headDim) => perHead(params.scale, headDim),
    temperature: (params) => div(1, params.scale),
  }),
  fixed: scaledBy<'fixed'>({
    params: () => ({}),
    scale: (_, headDim) => 1 / Math.sqrt(headDim),
    temperature: (_, heads, headDim) => mul(ones([heads]), Math.sqrt(headDim)),
  }),
};

export interface LocalityAttentionOptions<Bias extends boolean, Kind extends TemperatureKind>
  extends SelfAttentionOptions<Bias> {
  /** Default: `temperature-per-layer`. */
  readonly temperature?: Kind;
  /** Whether a token, the class token included, may not attend to itself. Default: true. */
  readonly maskDiagonal?: boolean;
}

/**
 * Locality self-attention (Lee et al. 2021, section 3.2): softmax(Mask(Q Kᵀ / τ)) V with a learned temperature τ and a masked
 * diagonal, which sharpens the attention between tokens. `[batch, token, feature]` to the same. The temperature is a leaf
 * of the parameters: `params.temperature`.
 *
 * Shows its `weights`, `[batch, head, query, key]`, and its `temperature`, `[head]`, to `observe`: what divides the scores,
 * however it is stored. A `ShapeError` if heads, widths or drop rate are out of range, or if there is only one token.
 *
 * @example
 * const attention = localityAttention({ heads: 4, headDim: 64, temperature: 'temperature-per-head' });
 */
export function localityAttention<
  const Bias extends boolean = true,
  const Kind extends TemperatureKind = 'temperature-per-layer',
>(options: LocalityAttentionOptions<Bias, Kind>): Layer<AttentionParams<Bias> & TemperatureParams<Kind>, Tokens, Same>;
export function localityAttention(options: LocalityAttentionOptions<boolean, TemperatureKind>): AnyLayer {
  const { temperature = 'temperature-per-layer', maskDiagonal = true } = options;
  return scalings[temperature](options, maskDiagonal);
}
