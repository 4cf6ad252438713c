/**
 * SVHN's cropped digits: a MATLAB file with `X`, bytes `[row, column, channel, image]`, and `y`, the labels 1…10, of which 10 is the
 * digit 0. Copies with the labels 0…9 are read, too.
 *
 * Source: Netzer et al. 2011, http://ufldl.stanford.edu/housenumbers
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { mnistClasses } from '../classes.js';
import { type DataError, dataError } from '../data-error.js';
import type { ImageSource } from '../image-source.js';
import { imagesFromBytes } from '../images-from-bytes.js';
import { sharedBytes } from '../internal/shared-memory.js';
import { checkLabels } from '../labels.js';
import type { RecordCount } from './cifar.js';
import type { Format, NamedBytes, Part } from './format.js';
import { decodeMatlab, type MatlabArray } from './matlab.js';

const SIDE = 32;
const CHANNELS = 3;
const PIXELS = SIDE * SIDE * CHANNELS;
const DIGITS = 10;

// From the first axis fastest to the last axis fastest.
const lastFastest = (data: ArrayLike<number>, count: number): Uint8Array => {
  const pixels = sharedBytes(count * PIXELS);
  for (let image = 0; image < count; image++)
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++)
        for (let channel = 0; channel < CHANNELS; channel++)
          pixels[((image * SIDE + row) * SIDE + column) * CHANNELS + channel] =
            data[((image * CHANNELS + channel) * SIDE + column) * SIDE + row]!;
  return pixels;
};

const show = (array: MatlabArray | undefined): string => (array === undefined ? 'none' : array.sizes.join(' × '));

/**
 * Decodes a file of `least` to `most` images.
 *
 * Errors: those of `decodeMatlab`; `mismatch` if its arrays are not those of SVHN, `truncated` or `oversized` for fewer or more images,
 * `label-out-of-range`.
 */
export const decodeSvhn =
  ({ least, most }: RecordCount) =>
  (given: NamedBytes): E.Either<DataError, ImageSource> =>
    pipe(
      decodeMatlab(given),
      E.chain((arrays) => {
        const { file } = given;
        const advice = 'Give train_32x32.mat and test_32x32.mat, the cropped digits of SVHN.';
        const [x, y] = ['X', 'y'].map((name) => arrays.find((array) => array.name === name));
        const count = y?.data.length ?? 0;
        if (x === undefined || y === undefined || String(x.sizes) !== String([SIDE, SIDE, CHANNELS, count]))
          return E.left(
            dataError(
              'mismatch',
              file,
              `X of ${SIDE} × ${SIDE} × ${CHANNELS} × images, and a y for each image`,
              `X: ${show(x)}, y: ${show(y)}`,
              advice,
            ),
          );
        if (count < least || count > most)
          return E.left(
            dataError(
              count > most ? 'oversized' : 'truncated',
              file,
              `${least === most ? '' : `${least} to `}${most} images`,
              `${count}`,
              `${advice} A part of the data set is taken with --partial, or partial: true.`,
            ),
          );
        return pipe(
          checkLabels(file, 'label', DIGITS + 1, y.data),
          E.chain((labels) =>
            imagesFromBytes(
              {
                height: SIDE,
                width: SIDE,
                channels: CHANNELS,
                count,
                pixels: lastFastest(x.data, count),
                labels: Array.from(labels, (label) => label % DIGITS),
                classes: mnistClasses,
              },
              file,
            ),
          ),
        );
      }),
    );

const part = (file: string, images: number): Part => ({
  files: [file],
  // Labels are numbers of 8 bytes at most.
  mostBytes: images * (PIXELS + 8) + 4096,
  decode: ([given], partial) =>
    given === undefined
      ? E.left(dataError('missing', file, 'a file', 'none', 'Give the file.'))
      : decodeSvhn({ least: partial ? 1 : images, most: images })(given),
});

/** The two files of cropped digits. */
export const svhnFormat: Format = {
  train: part('train_32x32.mat', 73_257),
  test: part('test_32x32.mat', 26_032),
};
