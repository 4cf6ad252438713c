import { type Tensor as CoreTensor, mean, reshape, slice } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { shape, type Tokens, type Vectors } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';

const pooling = (
  width: (tokens: number, features: number) => number,
  f: (tokens: CoreTensor) => CoreTensor,
): Layer<NoParams, Tokens, Vectors> => ({
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([batch, tokens, features]) =>
        declare({}, shape(['batch', 'feature'], [batch!, width(tokens!, features!)])),
      ),
    ),
  apply: (_, tokens) => f(tokens),
});

/** All tokens side by side, as the Keras example has it: `[batch, token, feature] → [batch, token · feature]`. */
export const flatten: Layer<NoParams, Tokens, Vectors> = pooling(
  (tokens, features) => tokens * features,
  (x) => reshape(x, [x.shape[0]!, x.shape[1]! * x.shape[2]!]),
);

/** The mean of the tokens: `[batch, token, feature] → [batch, feature]`. */
export const meanPool: Layer<NoParams, Tokens, Vectors> = pooling(
  (_, features) => features,
  (x) => mean(x, 1),
);

/** The first token alone, which `classToken` put there: `[batch, token, feature] → [batch, feature]`. */
export const classPool: Layer<NoParams, Tokens, Vectors> = pooling(
  (_, features) => features,
  (x) => reshape(slice(x, [0, 0, 0], [x.shape[0]!, 1, x.shape[2]!]), [x.shape[0]!, x.shape[2]!]),
);
