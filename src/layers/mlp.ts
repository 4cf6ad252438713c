import type { Leading, Same } from '../core/axes.js';
import { identity } from '../core/identity.js';
import type { Layer } from '../core/layer.js';
import { named } from '../core/named.js';
import { sequence } from '../core/sequence.js';
import { serial } from '../core/serial.js';
import { dropout } from './dropout.js';
import { gelu } from './gelu.js';
import { type LinearParams, linear, type WeightInitializer } from './linear.js';

export interface MlpOptions {
  readonly dropRate?: number;
  /**
   * Whether the last dense layer too is followed by GELU and dropout, as the `mlp` of the Keras example does (so that
   * what it adds to a residual stream is never below −0.17). Off unless asked for.
   */
  readonly activateLast?: boolean;
  readonly initializer?: WeightInitializer;
}

/** One stage: the parameters of its dense layer. */
export type MlpParams = readonly { readonly dense: LinearParams }[];

/**
 * Dense layers of the given units with exact GELU and dropout after each but, unless asked for, the last:
 * `[…, feature] → […, units.at(-1)]`. `params[0].dense.weight` is the first weight.
 */
export const mlp = (units: readonly number[], options: MlpOptions = {}): Layer<MlpParams, Leading, Same> => {
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
