import { type Tensor as CoreTensor, matMul, reshape, softmax } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { shape, type Tokens, type Vectors } from '../core/axes.js';
import { child } from '../core/context.js';
import { declare } from '../core/declaration.js';
import { expectAxes } from '../core/errors.js';
import type { Layer } from '../core/layer.js';
import { show } from '../core/observe.js';
import { requireAxes } from '../core/require.js';
import { type LinearParams, linear, type WeightInitializer } from './linear.js';

export type SequencePoolParams = { readonly score: LinearParams };

/**
 * Sequence pooling (Hassani et al. 2021, section 3.2): the mean of the tokens with learned weights, `softmax(x w + b)ᵀ x` over the tokens of
 * an image. `[batch, token, feature] → [batch, feature]`. It takes the place of a class token.
 *
 * Shows the `importance` of each token, `[batch, token]`, to `observe`.
 *
 * @example
 * const head = serial(named('pool', sequencePool()), named('classifier', classifier(10)));
 */
export const sequencePool = (
  options: { readonly initializer?: WeightInitializer } = {},
): Layer<SequencePoolParams, Tokens, Vectors> => {
  const score = linear(1, options);
  return {
    init: (input) =>
      pipe(
        E.Do,
        E.bind('sizes', () => expectAxes(['batch', 'token', 'feature'], input)),
        E.bind('scored', () => score.init(input)),
        E.map(({ sizes: [batch, tokens, width], scored }) =>
          declare({ score: scored.params }, shape(['batch', 'feature'], [batch, width]), {
            macs: scored.macs + batch * tokens * width,
          }),
        ),
      ),
    apply: (params, tokens, context) => {
      const [batch, count, width] = requireAxes(context, ['batch', 'token', 'feature'], tokens);
      const scores: CoreTensor = score.apply(params.score, tokens, child(context, 'score'));
      const weights: CoreTensor = softmax(reshape(scores, [batch, 1, count]));
      show(context, 'importance', () => reshape(weights, [batch, count]));
      return reshape(matMul<CoreTensor>(weights, tokens), [batch, width]);
    },
  };
};
