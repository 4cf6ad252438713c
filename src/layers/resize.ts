import { image } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, imageShape } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { requireThat } from '../core/require.js';
import { imagesOf } from './windows.js';

export interface ResizeOptions {
  /** The rows of the result. */
  readonly height: number;
  /** The columns of the result. */
  readonly width: number;
  /** Default: `bilinear`. */
  readonly method?: 'bilinear' | 'nearest';
}

const isSize = (size: number): boolean => Number.isInteger(size) && size > 0 && size < 2 ** 31;

/**
 * Images, or maps of features, in another size: `[batch, row, column, channel] → [batch, row, column, channel]`. As PyTorch's `interpolate`
 * with its default options: `bilinear` takes the centers of pixels as their positions and does not smooth when it makes images smaller,
 * `nearest` takes their upper left corners. A `ShapeError` if a size is not a positive whole number.
 *
 * @example
 * const twice = serial(named('conv', conv(8, { size: 3 })), resize({ height: 56, width: 56 }));
 */
export const resize = ({ height, width, method = 'bilinear' }: ResizeOptions): Layer<NoParams, Images, Images> => ({
  init: (input) =>
    pipe(
      ensure(isSize(height) && isSize(width), 'positive whole numbers of rows and columns', `${height} × ${width}`),
      E.chain(() => expectAxes(['batch', 'row', 'column', 'channel'], input)),
      E.map(([batch, , , channels]) => declare({}, imageShape({ height, width, channels }, batch))),
    ),
  apply: (_, images, context) => {
    const given = imagesOf(context, images);
    const [, rows, columns] = given.shape;
    requireThat(context, rows > 0 && columns > 0, 'images with pixels', `${rows} × ${columns} pixels`);
    return method === 'bilinear'
      ? image.resizeBilinear(given, [height, width], false, true)
      : image.resizeNearestNeighbor(given, [height, width]);
  },
});
