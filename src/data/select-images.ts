/**
 * Sources that are made of other sources: none of them copies an image.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { type DataError, dataError } from './data-error.js';
import { type ImageSource, rebuildable } from './image-source.js';
import { shareInt32 } from './internal/shared-memory.js';

/** The images from position `from` up to, but without, `to`. */
export const range = (source: ImageSource, from: number, to: number): ImageSource =>
  rebuildable(
    {
      count: to - from,
      classes: source.classes,
      label: (index) => source.label(from + index),
      image: (index) => source.image(from + index),
      willRead: (indices) => source.willRead?.(indices.map((index) => from + index)),
    },
    source.threadData && { kind: 'range', of: source.threadData, from, to },
  );

const outOfRange = (where: string, expected: string, actual: string, advice: string): E.Either<DataError, never> =>
  E.left(dataError('index-out-of-range', where, expected, actual, advice));

/**
 * The first `count` images, or all of them if there are fewer.
 *
 * Errors: `index-out-of-range` if `count` is not a whole number, 0 or more.
 *
 * @example
 * const few = take(500)(dataset.train);
 */
export const take =
  (count: number) =>
  (source: ImageSource): E.Either<DataError, ImageSource> =>
    Number.isSafeInteger(count) && count >= 0
      ? E.right(range(source, 0, Math.min(count, source.count)))
      : outOfRange('take', 'a whole number, 0 or more', `${count}`, 'Give the number of images to keep.');

/**
 * Holds back the last `fraction`, in [0, 1), of the images for validation, unshuffled. The cut is at
 * ⌊count · (1 − fraction)⌋ in double precision, as in the `validation_split` of Keras's `fit`.
 *
 * Errors: `index-out-of-range` if `fraction` is not in [0, 1).
 *
 * @example
 * const parts = splitValidation(0.1)(dataset.train); // right({ train, validation })
 */
export const splitValidation =
  (fraction: number) =>
  (source: ImageSource): E.Either<DataError, { readonly train: ImageSource; readonly validation: ImageSource }> => {
    if (!(fraction >= 0 && fraction < 1))
      return outOfRange('splitValidation', 'a fraction in [0, 1)', `${fraction}`, 'Give 0.1 to hold back a tenth.');
    const cut = Math.floor(source.count * (1 - fraction));
    return E.right({ train: range(source, 0, cut), validation: range(source, cut, source.count) });
  };

/** Images by position, without a check. */
export const selection = (source: ImageSource, indices: Int32Array): ImageSource =>
  rebuildable(
    {
      count: indices.length,
      classes: source.classes,
      label: (index) => source.label(indices[index] ?? Number.NaN),
      image: (index) => source.image(indices[index] ?? Number.NaN),
      willRead: (next) => source.willRead?.(next.map((index) => indices[index] ?? Number.NaN)),
    },
    source.threadData && { kind: 'subset', of: source.threadData, indices },
  );

/**
 * The images at these positions, in this order; a position may occur more than once.
 *
 * Errors: `index-out-of-range` if a position is not a whole number in 0 … count − 1.
 *
 * @example
 * const evens = subset(Array.from({ length: 500 }, (_, i) => 2 * i))(dataset.train);
 */
export const subset =
  (indices: ArrayLike<number>) =>
  (source: ImageSource): E.Either<DataError, ImageSource> => {
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      if (!(Number.isInteger(index) && index >= 0 && index < source.count))
        return outOfRange(
          'subset',
          `whole numbers in 0…${source.count - 1}`,
          `${index} at position ${i}`,
          'Give positions of images that the source has.',
        );
    }
    return E.right(selection(source, shareInt32(indices)));
  };
