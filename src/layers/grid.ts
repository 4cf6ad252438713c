/**
 * Images as tokens and back: a pixel with its channels is a token with its features.
 *
 * @module
 */
import { reshape } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, shape, type Tokens } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { requireAxes, requireThat } from '../core/require.js';

/**
 * Each pixel becomes a token, row by row: `[batch, row, column, channel] → [batch, row · column, channel]`.
 *
 * @example
 * const tokens = serial(named('conv', conv(64, { size: 3, stride: 2 })), relu, imagesToTokens);
 */
export const imagesToTokens: Layer<NoParams, Images, Tokens> = {
  init: (input) =>
    pipe(
      expectAxes(['batch', 'row', 'column', 'channel'], input),
      E.map(([batch, rows, columns, channels]) =>
        declare({}, shape(['batch', 'token', 'feature'], [batch, rows * columns, channels])),
      ),
    ),
  apply: (_, images, context) => {
    const [batch, rows, columns, channels] = requireAxes(context, ['batch', 'row', 'column', 'channel'], images);
    return reshape(images, [batch, rows * columns, channels]);
  },
};

/**
 * Tokens, row by row, become images with so many rows: `[batch, row · column, feature] → [batch, row, column, feature]`. A `ShapeError` if
 * the rows do not divide the tokens.
 *
 * @example
 * const local = serial(tokensToImages(8), named('conv', depthwiseConv({ size: 3 })), imagesToTokens);
 */
export const tokensToImages = (rows: number): Layer<NoParams, Tokens, Images> => {
  const divides = (tokens: number): boolean => Number.isInteger(rows) && rows > 0 && tokens % rows === 0;
  const expected = `tokens in ${rows} rows of the same length`;
  return {
    init: (input) =>
      pipe(
        expectAxes(['batch', 'token', 'feature'], input),
        E.chain(([batch, tokens, width]) =>
          pipe(
            ensure(divides(tokens), expected, `${tokens} tokens`),
            E.map(() => declare({}, shape(['batch', 'row', 'column', 'channel'], [batch, rows, tokens / rows, width]))),
          ),
        ),
      ),
    apply: (_, x, context) => {
      const [batch, tokens, width] = requireAxes(context, ['batch', 'token', 'feature'], x);
      requireThat(context, divides(tokens), expected, `${tokens} tokens`);
      return reshape(x, [batch, rows, tokens / rows, width]);
    },
  };
};
