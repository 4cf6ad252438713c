/**
 * Tokens in another order, or some of them.
 *
 * @module
 */
import { type Tensor as CoreTensor, concat, gather, slice, tensor1d } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { shape, type Tokens } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { requireAxes, requireThat } from '../core/require.js';

/**
 * The tokens at these positions, counted from 0, in this order; a position may come several times. `[batch, token, feature] → [batch,
 * positions.length, feature]`. A `ShapeError` if there is no token at a position.
 *
 * @example
 * const everySecond = gatherTokens([0, 2, 4, 6]);
 */
export const gatherTokens = (positions: readonly number[]): Layer<NoParams, Tokens, Tokens> => {
  const wrong = (tokens: number): number | undefined =>
    positions.find((position) => !(Number.isInteger(position) && position >= 0 && position < tokens));
  const expected = (tokens: number): string => `positions of ${tokens} tokens: whole numbers from 0 to ${tokens - 1}`;
  return {
    init: (input) =>
      pipe(
        expectAxes(['batch', 'token', 'feature'], input),
        E.chain(([batch, tokens, width]) =>
          pipe(
            ensure(positions.length > 0, 'one position or more', 'none'),
            E.chain(() => ensure(wrong(tokens) === undefined, expected(tokens), String(wrong(tokens)))),
            E.map(() => declare({}, shape(['batch', 'token', 'feature'], [batch, positions.length, width]))),
          ),
        ),
      ),
    apply: (_, x, context) => {
      const [, tokens] = requireAxes(context, ['batch', 'token', 'feature'], x);
      requireThat(context, wrong(tokens) === undefined, expected(tokens), String(wrong(tokens)));
      return gather<CoreTensor>(x, tensor1d([...positions], 'int32'), 1);
    },
  };
};

/**
 * Moves each token `by` positions on; those that leave at the end come in at the beginning. `[batch, token, feature]` to the same, as
 * PyTorch's `roll` with `dims=1`. A `ShapeError` if `by` is not a whole number; it may be negative.
 *
 * @example
 * const shifted = serial(rollTokens(-3), named('attention', selfAttention({ heads: 2, headDim: 8 })), rollTokens(3));
 */
export const rollTokens = (by: number): Layer<NoParams, Tokens, Tokens> => ({
  init: (input) =>
    pipe(
      ensure(Number.isSafeInteger(by), 'a whole number of positions', String(by)),
      E.chain(() => expectAxes(['batch', 'token', 'feature'], input)),
      E.map((sizes) => declare({}, shape(['batch', 'token', 'feature'], [...sizes]))),
    ),
  apply: (_, x, context) => {
    const [batch, tokens, width] = requireAxes(context, ['batch', 'token', 'feature'], x);
    // How many tokens come before the one that becomes the first.
    const before = tokens === 0 ? 0 : ((-by % tokens) + tokens) % tokens;
    if (before === 0) return x;
    const all: CoreTensor = x;
    const part = (from: number, count: number): CoreTensor => slice(all, [0, from, 0], [batch, count, width]);
    return concat<CoreTensor>([part(before, tokens - before), part(0, before)], 1);
  },
});
