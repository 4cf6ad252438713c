import { avgPool, div, onesLike, type Tensor4D, maxPool as tfMaxPool } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Images } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import type { Layer, NoParams } from '../core/layer.js';
import { imagesOf, paddedFor, type WindowOptions, windowed } from './windows.js';

type Pool = (images: Tensor4D, size: number, stride: number, padding: 'same' | 'valid' | number) => Tensor4D;

const pool = (options: WindowOptions, f: Pool): Layer<NoParams, Images, Images> => {
  const { size, stride = size, padding = 'same' } = options;
  return {
    init: (input) =>
      pipe(
        windowed({ size, stride, padding }, input, (channels) => channels),
        E.map(({ output }) => declare({}, output)),
      ),
    apply: (_, images, context) => f(imagesOf(context, images), size, stride, padding),
  };
};

const largest: Pool = (images, size, stride, padding) => {
  const x = paddedFor(images, padding, Number.NEGATIVE_INFINITY);
  return tfMaxPool(x.images, size, stride, x.padding, x.rounding);
};

const mean: Pool = (images, size, stride, padding) => {
  const x = paddedFor(images, padding, 0);
  const y = avgPool(x.images, size, stride, x.padding, x.rounding);
  if (x.images === images) return y;
  // The mean over padding too, divided by the share of the window that is in the image.
  const share = avgPool(paddedFor(onesLike(images), padding, 0).images, size, stride, x.padding, x.rounding);
  return div(y, share);
};

/**
 * The maximum of each window: `[batch, row, column, channel] → [batch, row, column, channel]`. The stride is by default the size.
 * Of equal maxima, the first receives the gradient. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const half = maxPool({ size: 3, stride: 2, padding: 1 });
 */
export const maxPool = (options: WindowOptions): Layer<NoParams, Images, Images> => pool(options, largest);

/**
 * The mean of each window, in which padding does not count (PyTorch counts it by default): `[batch, row, column, channel] → [batch,
 * row, column, channel]`. The stride is by default the size. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const half = averagePool({ size: 2 });
 */
export const averagePool = (options: WindowOptions): Layer<NoParams, Images, Images> => pool(options, mean);
