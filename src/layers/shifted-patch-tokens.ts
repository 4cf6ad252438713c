import type { Images, Tokens } from '../core/axes.js';
import type { Layer } from '../core/layer.js';
import { named } from '../core/named.js';
import { serial } from '../core/serial.js';
import { type LayerNormParams, layerNorm } from './layer-norm.js';
import { type LinearParams, linear, type WeightInitializer } from './linear.js';
import { patches } from './patches.js';
import { type Directions, type ShiftOrder, shiftedViews, shifts } from './shifts.js';

export interface ShiftedPatchTokensOptions {
  /** The side of a patch in pixels. */
  readonly patch: number;
  /** The width of a token. */
  readonly dim: number;
  /** Which shifted copies are appended to the original; default: the four diagonals. */
  readonly directions?: Directions;
  /** The order of the channels: the Keras example's (default) or the official code's. */
  readonly order?: ShiftOrder;
  /** How far a copy moves, in patches; default: ½, as in the paper. Rounded down to whole pixels. */
  readonly ratio?: number;
  readonly epsilon?: number;
  readonly initializer?: WeightInitializer;
}

export type ShiftedPatchTokensParams = { readonly norm: LayerNormParams; readonly projection: LinearParams };

/**
 * Shifted patch tokenization (Lee et al. 2021, section 3.1): `S(x) = LN(P([x s¹ … sᴺ])) E`. The image and its shifted copies
 * are cut into patches together, normalized and projected, so that each token sees half a patch beyond its borders.
 * `[batch, row, column, channel] → [batch, token, feature]`
 *
 * @example
 * const tokens = shiftedPatchTokens({ patch: 4, dim: 64, directions: 'all' });
 */
export const shiftedPatchTokens = (
  options: ShiftedPatchTokensOptions,
): Layer<ShiftedPatchTokensParams, Images, Tokens> =>
  serial(
    shiftedViews(
      shifts(options.directions ?? 'diagonal', options.order ?? 'keras'),
      Math.floor(options.patch * (options.ratio ?? 0.5)),
    ),
    patches(options.patch),
    named('norm', layerNorm(options)),
    named('projection', linear(options.dim, options)),
  );
