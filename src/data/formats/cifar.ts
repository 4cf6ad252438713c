/**
 * The binary versions of CIFAR-10 and CIFAR-100: records of one or two labels and 3072 bytes, the red, the green and the
 * blue plane of 32×32 pixels.
 *
 * Source: Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import { type DataError, dataError } from '../data-error.js';
import { concatenateImages, type LabeledImages } from '../dataset.js';
import { checkLabels, type Format, type NamedBytes } from './format.js';
import { gunzip } from './gunzip.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const CHANNELS = 3;

/** One label byte of a record. */
interface LabelByte {
  readonly what: string;
  readonly classes: number;
}

// From planes to channel last.
const interleave = (bytes: Uint8Array, count: number, record: number, skip: number): Uint8Array => {
  const pixels = new Uint8Array(count * PLANE * CHANNELS);
  for (let i = 0; i < count; i++) {
    const from = i * record + skip;
    const to = i * PLANE * CHANNELS;
    for (let at = 0; at < PLANE; at++)
      for (let channel = 0; channel < CHANNELS; channel++)
        pixels[to + at * CHANNELS + channel] = bytes[from + channel * PLANE + at]!;
  }
  return pixels;
};

/**
 * Reads one file of any number of records. Every label byte is checked; the last one, the finest, is kept.
 * `most` is the number of records of the official file: a longer one is something else.
 */
export const decodeCifar =
  (labelBytes: readonly LabelByte[], most: number) =>
  ({ file, bytes }: NamedBytes): E.Either<DataError, LabeledImages> => {
    const record = labelBytes.length + PLANE * CHANNELS;
    const count = Math.floor(bytes.length / record);
    const rest = bytes.length % record;
    if (count === 0 || rest !== 0 || count > most)
      return E.left(
        dataError(
          bytes.length > most * record ? 'oversized' : 'truncated',
          file,
          `1 to ${most} whole records of ${record} bytes`,
          `${bytes.length} bytes, ${count} records and ${rest} bytes more`,
          'Fetch the file again, or give the folder of the right data set.',
        ),
      );
    return pipe(
      labelBytes,
      E.traverseArrayWithIndex((position, { what, classes }) =>
        checkLabels(
          file,
          what,
          classes,
          Uint8Array.from({ length: count }, (_, i) => bytes[i * record + position]!),
        ),
      ),
      E.map((labels) => ({
        height: SIDE,
        width: SIDE,
        channels: CHANNELS,
        count,
        pixels: interleave(bytes, count, record, labelBytes.length),
        labels: labels.at(-1)!,
      })),
    );
  };

const cifarFormat = (
  train: readonly string[],
  test: readonly string[],
  labelBytes: readonly LabelByte[],
  most: number,
): Format => ({
  train,
  test,
  decode: (files) =>
    pipe(
      files,
      E.traverseArray((file) => pipe(gunzip(file), E.chain(decodeCifar(labelBytes, most)))),
      E.map(concatenateImages),
    ),
});

/** Five training files and one test file of 10,000 records each. */
export const cifar10Format: Format = cifarFormat(
  RA.makeBy(5, (i) => `data_batch_${i + 1}.bin`),
  ['test_batch.bin'],
  [{ what: 'label', classes: 10 }],
  10_000,
);

/** A coarse and a fine label; the fine one, of 100 classes, is kept. */
export const cifar100Format: Format = cifarFormat(
  ['train.bin'],
  ['test.bin'],
  [
    { what: 'coarse label', classes: 20 },
    { what: 'fine label', classes: 100 },
  ],
  50_000,
);
