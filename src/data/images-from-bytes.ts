import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type DataError, dataError } from './data-error.js';
import type { ImageSize } from './image.js';
import { type BytesData, type ImageSource, rebuildable } from './image-source.js';
import { shareBytes, shareInt32 } from './internal/shared-memory.js';
import { checkLabels } from './labels.js';

export interface ImageBytes extends ImageSize {
  /** Number of images. */
  readonly count: number;
  /** count · height · width · channels bytes: image after image, row by row, with the channel last. */
  readonly pixels: Uint8Array;
  /** One label per image: a position in `classes`. */
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
}

/** A source that reads its images from bytes that are already checked. */
export const bytesSource = (data: BytesData): ImageSource => {
  const { height, width, channels, pixels, labels, classes } = data;
  const length = height * width * channels;
  return rebuildable(
    {
      count: labels.length,
      classes,
      label: (index) => labels[index] ?? Number.NaN,
      image: (index) => ({
        height,
        width,
        channels,
        data: new Float32Array(pixels.subarray(index * length, (index + 1) * length)),
      }),
    },
    data,
  );
};

const checkSizes = (file: string, { height, width, channels, count, pixels, labels }: ImageBytes) => {
  const shape = `${count} × ${height} × ${width} × ${channels}`;
  const mismatch = (expected: string, actual: string): E.Either<DataError, void> =>
    E.left(dataError('mismatch', file, expected, actual, 'Check count, height, width and channels.'));
  if (![height, width, channels].every((size) => Number.isInteger(size) && size > 0))
    return mismatch('height, width and channels to be whole numbers above 0', `${height} × ${width} × ${channels}`);
  if (!(Number.isInteger(count) && count > 0))
    return E.left(dataError('empty', file, 'one image or more', `${count}`, 'Give at least one image.'));
  if (pixels.length !== count * height * width * channels)
    return mismatch(`${count * height * width * channels} bytes for ${shape}`, `${pixels.length} bytes`);
  if (labels.length !== count) return mismatch(`${count} labels, one per image`, `${labels.length} labels`);
  return E.right(undefined);
};

/**
 * A source of images of one size that are held as bytes. The bytes are put into shared memory, so that worker threads
 * read them without a copy; do not change them afterwards.
 *
 * Errors: `mismatch` if the lengths of the arrays do not fit the sizes, `empty` without images, `label-out-of-range` if a
 * label is not a position in `classes`. `file` names the images in these messages.
 *
 * @example
 * const source = imagesFromBytes({
 *   height: 1,
 *   width: 2,
 *   channels: 1,
 *   count: 2,
 *   pixels: Uint8Array.of(0, 255, 255, 0),
 *   labels: [0, 1],
 *   classes: ['left', 'right'],
 * });
 */
export const imagesFromBytes = (bytes: ImageBytes, file = 'images'): E.Either<DataError, ImageSource> =>
  pipe(
    checkSizes(file, bytes),
    E.chain(() => checkLabels(file, 'label', bytes.classes.length, bytes.labels)),
    E.map((labels) =>
      bytesSource({
        kind: 'bytes',
        height: bytes.height,
        width: bytes.width,
        channels: bytes.channels,
        pixels: shareBytes(bytes.pixels),
        labels: shareInt32(labels),
        classes: bytes.classes,
      }),
    ),
  );
