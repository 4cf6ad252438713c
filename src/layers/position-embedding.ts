import { add } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Same, Tensor, Tokens } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { expectAxes } from '../core/errors.js';
import { type Initializer, uniformIn } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';
import { requireAxes, requireParameter } from '../core/require.js';

export type PositionEmbeddingParams = { readonly table: Tensor<['token', 'feature']> };

/**
 * Adds a learned vector to each token by its position: `[batch, token, feature] → [batch, token, feature]`.
 *
 * Default: initialized uniformly in ±0.05, as Keras's `Embedding`; the official code has `normalWith(1)`.
 *
 * @example
 * const positions = named('position', positionEmbedding({ initializer: normalWith(0.02) }));
 */
export const positionEmbedding = (
  options: { readonly initializer?: Initializer } = {},
): Layer<PositionEmbeddingParams, Tokens, Same> => ({
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([, tokens, width]) =>
        declare({ table: parameter({ token: tokens, feature: width }, options.initializer ?? uniformIn(0.05)) }, input),
      ),
    ),
  apply: (params, tokens, context) => {
    const [, count, width] = requireAxes(context, ['batch', 'token', 'feature'], tokens);
    // A single token, or a table of one, would be broadcast.
    requireParameter(context, 'table', params.table, [count, width], `${count} tokens of ${width} features`);
    return add(tokens, params.table);
  },
});
