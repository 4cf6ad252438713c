import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { decode } from '../../../core/config.js';
import { type DataError, dataError } from '../../data-error.js';
import { defaultDecoding, ImageDecoding } from '../../image-decoding.js';
import { describeSkipped, type Skipped } from '../../skipped.js';
import type { ScannedImage } from './scan-images.js';

/** Height and width in pixels. */
export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

export interface DecodingOptions extends Partial<Pick<ImageDecoding, 'channels' | 'fit' | 'kernel' | 'background'>> {
  /**
   * The size of the decoded images, or a function that chooses it from what the headers of all files say. Default: the size
   * of the files, which must all be the same then.
   */
  readonly size?: PixelSize | ((images: readonly ScannedImage[]) => PixelSize);
}

/** Skipped files in a message. */
export const leftOut = (skipped: readonly Skipped[]): string => describeSkipped(skipped).join('; ');

const checkDecoding = (folder: string, decoding: unknown): E.Either<DataError, ImageDecoding> =>
  pipe(
    decode(ImageDecoding)(decoding),
    E.mapLeft(({ message }) =>
      dataError('mismatch', folder, 'options that images can be decoded with', message, 'Correct the options.'),
    ),
  );

/** How the images of a folder are decoded: the options, and what they leave open from the files themselves. */
export const decodingFor = (
  folder: string,
  images: readonly ScannedImage[],
  skipped: readonly Skipped[],
  { size, channels, fit, kernel, background }: DecodingOptions,
): E.Either<DataError, ImageDecoding> => {
  const [first] = images;
  if (first === undefined)
    return E.left(
      dataError(
        'empty',
        folder,
        'images in train/<class>/… or <class>/…',
        skipped.length === 0 ? 'no files' : `none that can be used: ${leftOut(skipped)}`,
        'Give a folder of JPEG, PNG, WebP, GIF, TIFF or AVIF files.',
      ),
    );
  const other = images.find(({ height, width }) => height !== first.height || width !== first.width);
  if (size === undefined && other !== undefined)
    return E.left(
      dataError(
        'mismatch',
        folder,
        `images of one size, as no size was given`,
        `${first.path} of ${first.height} × ${first.width} and ${other.path} of ${other.height} × ${other.width}`,
        'Give the size to which they are decoded.',
      ),
    );
  const { height, width } = size === undefined ? first : typeof size === 'function' ? size(images) : size;
  return checkDecoding(folder, {
    height,
    width,
    channels: channels ?? (images.every(({ gray }) => gray) ? 1 : 3),
    fit: fit ?? defaultDecoding.fit,
    kernel: kernel ?? defaultDecoding.kernel,
    background: background ?? defaultDecoding.background,
  });
};
