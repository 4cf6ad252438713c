/**
 * What convolutions and pooling have in common: a window that moves over images.
 *
 * @module
 */
import { type Tensor as CoreTensor, getBackend, pad, reshape, type Tensor4D } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, type Shape, type Sizes, shape } from '../core/axes.js';
import type { Context } from '../core/context.js';
import { ensure, expectAxes, type ShapeError } from '../core/errors.js';
import { requireAxes } from '../core/require.js';

/** A tensor of four axes with their number in its type, as tfjs wants it. */
export const ofRankFour = (x: CoreTensor): Tensor4D => {
  const [a = 1, b = 1, c = 1, d = 1] = x.shape;
  return reshape(x, [a, b, c, d]);
};

/** The images that a layer is given; refuses other axes. */
export const imagesOf = (context: Context, images: CoreTensor): Tensor4D =>
  reshape(images, [...requireAxes(context, ['batch', 'row', 'column', 'channel'], images)]);

export interface WindowOptions {
  /** Rows and columns of the window. */
  readonly size: number;
  /** Rows and columns from one window to the next. */
  readonly stride?: number;
  /**
   * `same`: as many rows and columns as the stride leaves, with zeros where a window leaves the image, more of them at the end;
   * `valid`: no padding; a number: so many on each side, as in PyTorch. Default: `same`.
   */
  readonly padding?: 'same' | 'valid' | number;
}

/** How images are padded, as tfjs takes it: the padding, and how sizes are rounded. */
export interface PaddedImages {
  readonly images: Tensor4D;
  readonly padding: 'same' | 'valid' | number;
  readonly rounding: 'floor' | undefined;
}

/** Images for a window. tfjs-node knows no number for the padding: there, `fill` is put around the images first. */
export const paddedFor = (images: Tensor4D, padding: 'same' | 'valid' | number, fill: number): PaddedImages => {
  if (typeof padding !== 'number') return { images, padding, rounding: undefined };
  if (getBackend() !== 'tensorflow') return { images, padding, rounding: 'floor' };
  const around: [number, number] = [padding, padding];
  return { images: pad(images, [[0, 0], around, around, [0, 0]], fill), padding: 'valid', rounding: undefined };
};

const positive = (value: number, what: string): E.Either<ShapeError, void> =>
  ensure(
    Number.isInteger(value) && value > 0 && value < 2 ** 31,
    `a positive whole number for the ${what}`,
    String(value),
  );

/** The rows or columns of the result, for those of the images. */
export const lengthAfter = (length: number, { size, stride = 1, padding = 'same' }: WindowOptions): number =>
  padding === 'same'
    ? Math.ceil(length / stride)
    : Math.floor((length + 2 * (padding === 'valid' ? 0 : padding) - size) / stride) + 1;

/** The sizes of the images, and the shape of the result with other channels; a `ShapeError` if no window fits. */
export const windowed = (
  options: WindowOptions,
  input: Shape,
  channelsOf: (channels: number) => number,
): E.Either<ShapeError, { readonly sizes: Sizes<Images>; readonly output: Shape<Images> }> =>
  pipe(
    positive(options.size, 'size of the window'),
    E.chain(() => positive(options.stride ?? 1, 'stride')),
    E.chain(() => {
      const padding = typeof options.padding === 'number' ? options.padding : 0;
      return ensure(
        Number.isInteger(padding) && padding >= 0 && padding < options.size,
        'a padding of 0 or more pixels that is smaller than the window',
        String(padding),
      );
    }),
    E.chain(() => expectAxes(['batch', 'row', 'column', 'channel'], input)),
    E.chain((sizes) => {
      const [batch, rows, columns, channels] = sizes;
      const after = [lengthAfter(rows, options), lengthAfter(columns, options)] as const;
      return pipe(
        ensure(
          after[0] > 0 && after[1] > 0,
          `images that a window of ${options.size} fits in`,
          `${rows} × ${columns} pixels`,
        ),
        E.map(() => ({
          sizes,
          output: shape(['batch', 'row', 'column', 'channel'], [batch, ...after, channelsOf(channels)]),
        })),
      );
    }),
  );
