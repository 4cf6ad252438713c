import { reshape, transpose } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, shape, type Tokens } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { named } from '../core/named.js';
import { requireAxes, requireThat } from '../core/require.js';
import { serial } from '../core/serial.js';
import { type LinearParams, linear, type WeightInitializer } from './linear.js';

/**
 * Cuts images into square patches of `size` pixels and flattens each, in the order (row, column, channel), as Keras's
 * `extract_patches` and the official `Rearrange` both do: `[batch, row, column, channel] → [batch, token, feature]`. A
 * `ShapeError` if the patches do not divide the images.
 *
 * @example
 * const tokens = serial(patches(4), named('projection', linear(64)));
 */
export const patches = (size: number): Layer<NoParams, Images, Tokens> => ({
  init: (input) =>
    pipe(
      expectAxes(['batch', 'row', 'column', 'channel'], input),
      E.chain(([batch, rows, columns, channels]) =>
        pipe(
          ensure(Number.isInteger(size) && size > 0, 'a patch of a positive whole number of pixels', String(size)),
          E.chain(() =>
            ensure(
              rows % size === 0 && columns % size === 0,
              `images that patches of ${size} × ${size} pixels divide`,
              `${rows} × ${columns} pixels`,
            ),
          ),
          E.map(() =>
            declare(
              {},
              shape(['batch', 'token', 'feature'], [batch, (rows / size) * (columns / size), size * size * channels]),
            ),
          ),
        ),
      ),
    ),
  apply: (_, images, context) => {
    const [batch, rows, columns, channels] = requireAxes(context, ['batch', 'row', 'column', 'channel'], images);
    requireThat(
      context,
      rows % size === 0 && columns % size === 0,
      `images that patches of ${size} × ${size} pixels divide`,
      `${rows} × ${columns} pixels`,
    );
    const grid = reshape(images, [batch, rows / size, size, columns / size, size, channels]);
    return reshape(transpose(grid, [0, 1, 3, 2, 4, 5]), [
      batch,
      (rows / size) * (columns / size),
      size * size * channels,
    ]);
  },
});

export type PatchTokensParams = { readonly projection: LinearParams };

/**
 * The tokenizer of the vanilla ViT (Dosovitskiy et al. 2020): patches, flattened and projected to `dim` features.
 * `[batch, row, column, channel] → [batch, token, feature]`. `patch` is the side of a patch in pixels.
 *
 * @example
 * const tokens = named('tokens', patchTokens({ patch: 4, dim: 64 }));
 */
export const patchTokens = (options: {
  readonly patch: number;
  readonly dim: number;
  readonly initializer?: WeightInitializer;
}): Layer<PatchTokensParams, Images, Tokens> =>
  serial(patches(options.patch), named('projection', linear(options.dim, options)));
