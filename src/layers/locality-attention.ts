import { type Tensor as CoreTensor, div, mul, ones, reshape } from '@tensorflow/tfjs-core';
import type { Same, Tensor, Tokens } from '../core/axes.js';
import { parameter, type Specs } from '../core/declaration.js';
import { constant } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';
import {
  type AttentionParams,
  type Scaling,
  type SelfAttentionOptions,
  scaledSelfAttention,
} from './self-attention.js';

/**
 * The learned scaling of locality self-attention, and how it is stored, which matters to weight decay and step size:
 * - `temperature-per-layer`: one `temperature` that divides the scores and starts at √headDim (the Keras example);
 * - `temperature-per-head`: the same for each head;
 * - `scale-per-head`: a `scale` for each head that multiplies the scores and starts at 1/√headDim (the official code);
 * - `fixed`: nothing learned, √headDim.
 */
export type TemperatureKind = 'temperature-per-layer' | 'temperature-per-head' | 'scale-per-head' | 'fixed';

export type TemperatureParams<K extends TemperatureKind> = {
  'temperature-per-layer': { readonly temperature: Tensor<[]> };
  'temperature-per-head': { readonly temperature: Tensor<['head']> };
  'scale-per-head': { readonly scale: Tensor<['head']> };
  fixed: unknown;
}[K];

type Scalings = { readonly [K in TemperatureKind]: Omit<Scaling<TemperatureParams<K>>, 'maskDiagonal'> };

// One number a head, for each of its features: `[head · feature]`.
const perHead = (values: CoreTensor, headDim: number): CoreTensor =>
  reshape(mul(reshape(values, [-1, 1]), ones([1, headDim])), [-1]);

const scalings: Scalings = {
  'temperature-per-layer': {
    params: (_, headDim) => ({ temperature: parameter({}, constant(Math.sqrt(headDim))) }),
    scale: (params) => div(1, params.temperature),
  },
  'temperature-per-head': {
    params: (heads, headDim) => ({ temperature: parameter({ head: heads }, constant(Math.sqrt(headDim))) }),
    scale: (params, headDim) => perHead(div(1, params.temperature), headDim),
  },
  'scale-per-head': {
    params: (heads, headDim) => ({ scale: parameter({ head: heads }, constant(1 / Math.sqrt(headDim))) }),
    scale: (params, headDim) => perHead(params.scale, headDim),
  },
  fixed: { params: () => ({}) as Specs<unknown>, scale: (_, headDim) => 1 / Math.sqrt(headDim) },
};

export interface LocalityAttentionOptions<Bias extends boolean, Kind extends TemperatureKind>
  extends SelfAttentionOptions<Bias> {
  readonly temperature?: Kind;
  /** Whether a token is kept from attending to itself, the class token included. On unless told otherwise. */
  readonly maskDiagonal?: boolean;
}

/**
 * Locality self-attention (Lee et al. 2021, section 3.2): softmax(Mask(Q Kᵀ / τ)) V with a learned temperature τ and the
 * diagonal masked, so that attention between tokens is sharper. `[batch, token, feature]` to the same; shows its
 * `weights`. The temperature is a leaf of the parameters: `params.temperature`.
 *
 * @example
 * const attention = localityAttention({ heads: 4, headDim: 64, temperature: 'temperature-per-head' });
 */
export const localityAttention = <
  const Bias extends boolean = true,
  const Kind extends TemperatureKind = 'temperature-per-layer',
>(
  options: LocalityAttentionOptions<Bias, Kind>,
): Layer<AttentionParams<Bias> & TemperatureParams<Kind>, Tokens, Same> => {
  const kind = (options.temperature ?? 'temperature-per-layer') as Kind;
  return scaledSelfAttention<TemperatureParams<Kind>, Bias>(options, {
    ...(scalings[kind] as Scalings[Kind]),
    maskDiagonal: options.maskDiagonal ?? true,
  } as Scaling<TemperatureParams<Kind>>);
};
