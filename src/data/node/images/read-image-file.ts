import { readFile } from 'node:fs/promises';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fileProblem } from '../../../node/file-error.js';
import { type DataError, dataError } from '../../data-error.js';
import type { Image } from '../../image.js';
import type { ImageDecoding } from '../../image-decoding.js';
import { decodeImage } from './decode-image.js';
import type { Unusable } from './image-format.js';

/** Reads and decodes an image file: uint8 [row, column, channel]. */
export const readImageFile = (path: string, decoding: ImageDecoding): TE.TaskEither<Unusable, Uint8Array> =>
  pipe(
    TE.tryCatch(
      () => readFile(path),
      (thrown): Unusable => ({ reason: 'unreadable', detail: fileProblem(thrown) }),
    ),
    TE.chain((bytes) => decodeImage(bytes, decoding)),
  );

/**
 * Reads an image file of any size and format as an image with raw values, for a model to predict.
 *
 * Errors: a `DataError` `unreadable` that says what is wrong with the file.
 *
 * @example
 * const cat = await orThrow(readImage('cat.jpg', { height: 64, width: 64, channels: 3, ...defaultDecoding }));
 */
export const readImage = (path: string, decoding: ImageDecoding): TE.TaskEither<DataError, Image> =>
  pipe(
    readImageFile(path, decoding),
    TE.bimap(
      ({ detail }) =>
        dataError('unreadable', path, 'an image', detail, 'Give a JPEG, PNG, WebP, GIF, TIFF or AVIF file.'),
      (pixels) => ({
        height: decoding.height,
        width: decoding.width,
        channels: decoding.channels,
        data: new Float32Array(pixels),
      }),
    ),
  );
