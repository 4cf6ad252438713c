import { type Tensor as CoreTensor, mean, reshape, slice } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Sizes, shape, type Tokens, type Vectors } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { requireAxes } from '../core/require.js';

const pooling = (
  width: (tokens: number, features: number) => number,
  f: (tokens: CoreTensor, sizes: Sizes<Tokens>) => CoreTensor,
): Layer<NoParams, Tokens, Vectors> => ({
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([batch, tokens, features]) => declare({}, shape(['batch', 'feature'], [batch, width(tokens, features)]))),
    ),
  apply: (_, tokens, context) => f(tokens, requireAxes(context, ['batch', 'token', 'feature'], tokens)),
});

/** All tokens concatenated, as in the Keras example: `[batch, token, feature] → [batch, token · feature]`. */
export const flatten: Layer<NoParams, Tokens, Vectors> = pooling(
  (tokens, features) => tokens * features,
  (x, [batch, tokens, width]) => reshape(x, [batch, tokens * width]),
);

/** The mean of the tokens: `[batch, token, feature] → [batch, feature]`. */
export const meanPool: Layer<NoParams, Tokens, Vectors> = pooling(
  (_, features) => features,
  (x) => mean(x, 1),
);

/** The first token, which `classToken` put there: `[batch, token, feature] → [batch, feature]`. */
export const classPool: Layer<NoParams, Tokens, Vectors> = pooling(
  (_, features) => features,
  (x, [batch, , width]) => reshape(slice(x, [0, 0, 0], [batch, 1, width]), [batch, width]),
);
