/**
 * IDX, the format of MNIST and Fashion-MNIST: a big-endian header of a magic number and one size per axis, then bytes.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type DataError, dataError } from '../data-error.js';
import type { LabeledImages } from '../dataset.js';
import { checkLabels, type Format, type NamedBytes } from './format.js';
import { gunzip } from './gunzip.js';

const IMAGES = { magic: 0x803, what: 'IDX images' };
const LABELS = { magic: 0x801, what: 'IDX labels' };

const hexadecimal = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

interface Idx {
  readonly file: string;
  readonly sizes: readonly number[];
  readonly data: Uint8Array;
}

// The low byte of the magic number is the number of axes.
const decodeBytes =
  ({ magic, what }: typeof IMAGES) =>
  ({ file, bytes }: NamedBytes): E.Either<DataError, Idx> => {
    const advice = 'Fetch the file again, or give the folder of the right data set.';
    const header = 4 * (1 + (magic & 0xff));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const found = bytes.length < 4 ? undefined : view.getUint32(0);
    if (found !== undefined && found !== magic)
      return E.left(dataError('wrong-magic', file, `${hexadecimal(magic)} (${what})`, hexadecimal(found), advice));
    if (bytes.length < header)
      return E.left(dataError('truncated', file, `a header of ${header} bytes`, `${bytes.length} bytes`, advice));
    const sizes = Array.from({ length: magic & 0xff }, (_, axis) => view.getUint32(4 * (1 + axis)));
    const length = header + sizes.reduce((product, size) => product * size, 1);
    if (bytes.length !== length || length === header)
      return E.left(
        dataError(
          bytes.length > length ? 'oversized' : 'truncated',
          file,
          length === header ? 'at least one element' : `${length} bytes for ${sizes.join(' × ')}`,
          `${bytes.length} bytes`,
          advice,
        ),
      );
    return E.right({ file, sizes, data: new Uint8Array(bytes.buffer, bytes.byteOffset + header, length - header) });
  };

const read = (kind: typeof IMAGES, file: NamedBytes): E.Either<DataError, Idx> =>
  pipe(gunzip(file), E.chain(decodeBytes(kind)));

/** Reads images and their labels, packed with gzip or plain; there must be as many of both. */
export const decodeIdx =
  (classes: number) =>
  (images: NamedBytes, labels: NamedBytes): E.Either<DataError, LabeledImages> =>
    pipe(
      E.Do,
      E.apS('images', read(IMAGES, images)),
      E.apS('labels', read(LABELS, labels)),
      E.filterOrElse(
        (both) => both.images.sizes[0] === both.labels.sizes[0],
        (both) =>
          dataError(
            'mismatch',
            labels.file,
            `${both.images.sizes[0]} labels, one for each image in ${images.file}`,
            `${both.labels.sizes[0]}`,
            'Take both files from the same data set.',
          ),
      ),
      E.bind('checked', (both) => checkLabels(labels.file, 'label', classes, both.labels.data)),
      E.map((both) => {
        const [count = 0, height = 0, width = 0] = both.images.sizes;
        return { height, width, channels: 1, count, pixels: both.images.data, labels: both.checked };
      }),
    );

/** The four files of MNIST and of those that took its place. */
export const idxFormat = (classes: number): Format => ({
  train: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
  decode: (files) => decodeIdx(classes)(files[0]!, files[1]!),
});
