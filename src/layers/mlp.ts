import type { Features, Same } from '../core/axes.js';
import { identity } from '../core/identity.js';
import type { Layer } from '../core/layer.js';
import { named } from '../core/named.js';
import { sequence } from '../core/sequence.js';
import { serial } from '../core/serial.js';
import { dropout } from './dropout.js';
import { gelu } from './gelu.js';
import { type LinearParams, linear, type WeightInitializer } from './linear.js';

export interface MlpOptions {
  /** Default: 0. */
  readonly dropRate?: number;
  /**
   * Whether the last linear layer is followed by GELU and dropout too, as in the `mlp` of the Keras example (what it adds to
   * a residual stream is then never below −0.17). Default: false.
   */
  readonly activateLast?: boolean;
  readonly initializer?: WeightInitializer;
}

/** One element per linear layer. */
export type MlpParams = readonly { readonly dense: LinearParams }[];

/**
 * Linear layers with the given numbers of units, each but the last followed by exact GELU and dropout:
 * `[…, feature] → […, units.at(-1)]`. `params[0].dense.weight` is the first weight.
 *
 * @example
 * const block = residual(serial(named('norm', layerNorm()), named('layers', mlp([128, 64], { dropRate: 0.1 }))));
 */
export const mlp = (units: readonly number[], options: MlpOptions = {}): Layer<MlpParams, Features, Same> => {
  const activation = serial(gelu, dropout(options.dropRate ?? 0));
  const initializer = options.initializer === undefined ? {} : { initializer: options.initializer };
  return sequence(
    units.map((count, i) =>
      serial(
        named('dense', linear(count, initializer)),
        i < units.length - 1 || options.activateLast === true ? activation : identity,
      ),
    ),
  );
};
