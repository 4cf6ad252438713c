import { avgPool, maxPool as tfMaxPool } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Images } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import type { Layer, NoParams } from '../core/layer.js';
import { imagesOf, type WindowOptions, windowed } from './windows.js';

const pool = (options: WindowOptions, f: typeof avgPool): Layer<NoParams, Images, Images> => {
  const { size, stride = size, padding = 'same' } = options;
  return {
    init: (input) =>
      pipe(
        windowed({ size, stride, padding }, input, (channels) => channels),
        E.map(({ output }) => declare({}, output)),
      ),
    apply: (_, images, context) =>
      f(imagesOf(context, images), size, stride, padding, typeof padding === 'number' ? 'floor' : undefined),
  };
};

/**
 * The maximum of each window: `[batch, row, column, channel] → [batch, row, column, channel]`. The stride is by default the size.
 * Of equal maxima, the first receives the gradient. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const half = maxPool({ size: 3, stride: 2, padding: 1 });
 */
export const maxPool = (options: WindowOptions): Layer<NoParams, Images, Images> => pool(options, tfMaxPool);

/**
 * The mean of each window, in which padding does not count (PyTorch counts it by default): `[batch, row, column, channel] → [batch,
 * row, column, channel]`. The stride is by default the size. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const half = averagePool({ size: 2 });
 */
export const averagePool = (options: WindowOptions): Layer<NoParams, Images, Images> => pool(options, avgPool);
