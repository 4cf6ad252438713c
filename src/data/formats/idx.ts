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
import type { ImageSource } from '../image-source.js';
import { imagesFromBytes } from '../images-from-bytes.js';
import { checkLabels } from '../labels.js';
import type { Format, NamedBytes, Part } from './format.js';

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
    const advice = 'Download the file again, or give the folder of the right data set.';
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

/**
 * Decodes images of one channel and their labels, positions in `classes`.
 *
 * Errors: `wrong-magic`, `truncated` or `oversized` if a file is not as its header says, `mismatch` if there are not as many
 * images as labels, `label-out-of-range`.
 */
export const decodeIdx =
  (classes: readonly string[]) =>
  (images: NamedBytes, labels: NamedBytes): E.Either<DataError, ImageSource> =>
    pipe(
      E.Do,
      E.apS('images', decodeBytes(IMAGES)(images)),
      E.apS('labels', decodeBytes(LABELS)(labels)),
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
      E.bind('checked', (both) => checkLabels(labels.file, 'label', classes.length, both.labels.data)),
      E.chain((both) => {
        const [count = 0, height = 0, width = 0] = both.images.sizes;
        const pixels = both.images.data;
        return imagesFromBytes(
          { height, width, channels: 1, count, pixels, labels: both.checked, classes },
          images.file,
        );
      }),
    );

// Five times the training images of MNIST.
const MOST_BYTES = 2 ** 28;

const idxPart = (name: string, classes: readonly string[]): Part => ({
  files: [`${name}-images-idx3-ubyte`, `${name}-labels-idx1-ubyte`],
  mostBytes: MOST_BYTES,
  // The headers say how many images there are.
  decode: ([images, labels]) =>
    images === undefined || labels === undefined
      ? E.left(dataError('missing', 'IDX files', 'a file of images and one of labels', 'fewer', 'Give both files.'))
      : decodeIdx(classes)(images, labels),
});

/** The four files of MNIST, Fashion-MNIST and others with the same layout. */
export const idxFormat = (classes: readonly string[]): Format => ({
  train: idxPart('train', classes),
  test: idxPart('t10k', classes),
});
