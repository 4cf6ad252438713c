import { broadcastTo, type Tensor as CoreTensor, concat } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Same, shape, type Tensor, type Tokens } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { expectAxes } from '../core/errors.js';
import { type Initializer, normalWith } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';
import { requireAxes, requireParameter } from '../core/require.js';

export type ClassTokenParams = { readonly token: Tensor<['feature']> };

/**
 * Prepends one learned token: `[batch, token, feature] → [batch, 1 + token, feature]`. Default: initialized from the standard
 * normal distribution, as in the official code.
 *
 * @example
 * const withClassToken = serial(named('class', classToken()), named('position', positionEmbedding()), classPool);
 */
export const classToken = (
  options: { readonly initializer?: Initializer } = {},
): Layer<ClassTokenParams, Tokens, Same> => ({
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([batch, tokens, width]) =>
        declare(
          { token: parameter({ feature: width }, options.initializer ?? normalWith(1)) },
          shape(['batch', 'token', 'feature'], [batch, tokens + 1, width]),
        ),
      ),
    ),
  apply: (params, tokens, context) => {
    const [batch, , width] = requireAxes(context, ['batch', 'token', 'feature'], tokens);
    requireParameter(context, 'token', params.token, [width], `tokens of ${width} features`);
    const token: CoreTensor = params.token;
    return concat<CoreTensor>([broadcastTo(token, [batch, 1, width]), tokens], 1);
  },
});
