/**
 * What the families of models share: which attention and which shifts a configuration has.
 *
 * @module
 */
import * as t from 'io-ts';
import { numberThat, oneOf, record, tagged } from '../core/config.js';
import type { AnyLayer } from '../core/layer.js';
import { localityAttention, type TemperatureKind } from '../layers/locality-attention.js';
import { type SelfAttentionOptions, selfAttention } from '../layers/self-attention.js';
import type { Directions, ShiftOrder } from '../layers/shifts.js';

/** How tokens attend to each other. */
export type AttentionConfig =
  | { readonly kind: 'softmax' }
  | { readonly kind: 'locality'; readonly temperature: TemperatureKind; readonly maskDiagonal: boolean };

export const AttentionConfig: t.Type<AttentionConfig, unknown> = tagged('a kind of attention', {
  softmax: record('softmax attention', { kind: t.literal('softmax') }),
  locality: record('locality attention', {
    kind: t.literal('locality'),
    temperature: oneOf(['temperature-per-layer', 'temperature-per-head', 'scale-per-head', 'fixed']),
    maskDiagonal: t.boolean,
  }),
});

/** How a tokenizer shifts its images. */
export interface ShiftConfig {
  readonly directions: Directions;
  readonly order: ShiftOrder;
  readonly ratio: number;
}

/** The fields of `ShiftConfig`. */
export const shiftFields = {
  directions: oneOf(['diagonal', 'cardinal', 'all']),
  order: oneOf(['keras', 'official']),
  ratio: numberThat('a fraction of a patch in (0, 1]', (n) => n > 0 && n <= 1),
} as const;

/** The configured attention. `AnyLayer`, because its parameters depend on the configuration. */
export const attentionOf = (config: AttentionConfig, options: SelfAttentionOptions<boolean>): AnyLayer =>
  config.kind === 'softmax' ? selfAttention(options) : localityAttention({ ...options, ...config });
