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
import { cifar10Classes, cifar100Classes } from '../classes.js';
import { concatenateSources } from '../concatenate-sources.js';
import { type DataError, dataError } from '../data-error.js';
import type { ImageSource } from '../image-source.js';
import { imagesFromBytes } from '../images-from-bytes.js';
import { sharedBytes } from '../internal/shared-memory.js';
import { checkLabels } from '../labels.js';
import type { Format, NamedBytes, Part } from './format.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const CHANNELS = 3;

/** One label byte of a record: its name in errors, and the number of classes. */
interface LabelByte {
  readonly what: string;
  readonly classes: number;
}

// From planes to channel last.
const interleave = (bytes: Uint8Array, count: number, record: number, skip: number): Uint8Array => {
  const pixels = sharedBytes(count * PLANE * CHANNELS);
  for (let i = 0; i < count; i++) {
    const from = i * record + skip;
    const to = i * PLANE * CHANNELS;
    for (let at = 0; at < PLANE; at++)
      for (let channel = 0; channel < CHANNELS; channel++)
        pixels[to + at * CHANNELS + channel] = bytes[from + channel * PLANE + at]!;
  }
  return pixels;
};

const recordBytes = (labelBytes: readonly LabelByte[]): number => labelBytes.length + PLANE * CHANNELS;

/** How many records a file may have: as many as the published one, unless it is a part of it. */
export interface RecordCount {
  readonly least: number;
  readonly most: number;
}

/**
 * Decodes one file of `least` to `most` records. Every label byte is checked; the last one, the finest, becomes the label, a
 * position in `classes`.
 *
 * Errors: `truncated` or `oversized` if the file is not made of so many whole records, `label-out-of-range`.
 */
export const decodeCifar =
  (labelBytes: readonly LabelByte[], classes: readonly string[], { least, most }: RecordCount) =>
  ({ file, bytes }: NamedBytes): E.Either<DataError, ImageSource> => {
    const record = recordBytes(labelBytes);
    const count = Math.floor(bytes.length / record);
    const rest = bytes.length % record;
    if (count < Math.max(least, 1) || rest !== 0 || count > most)
      return E.left(
        dataError(
          bytes.length > most * record ? 'oversized' : 'truncated',
          file,
          `${least === most ? '' : `${least} to `}${most} whole records of ${record} bytes`,
          `${bytes.length} bytes: ${count} records and ${rest} bytes more`,
          'Download the file again, or give the folder of the right data set. A part of the data set is taken with --partial, or partial: true.',
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
      E.chain((labels) =>
        imagesFromBytes(
          {
            height: SIDE,
            width: SIDE,
            channels: CHANNELS,
            count,
            pixels: interleave(bytes, count, record, labelBytes.length),
            labels: labels.at(-1) ?? [],
            classes,
          },
          file,
        ),
      ),
    );
  };

const cifarPart =
  (labelBytes: readonly LabelByte[], classes: readonly string[]) =>
  (files: readonly string[], records: number): Part => ({
    files,
    mostBytes: records * recordBytes(labelBytes),
    decode: (given, partial) =>
      pipe(
        given,
        E.traverseArray(decodeCifar(labelBytes, classes, { least: partial ? 1 : records, most: records })),
        E.chain(concatenateSources),
      ),
  });

const cifar10Part = cifarPart([{ what: 'label', classes: 10 }], cifar10Classes);

/** Five training files and one test file of 10,000 records each. */
export const cifar10Format: Format = {
  train: cifar10Part(
    RA.makeBy(5, (i) => `data_batch_${i + 1}.bin`),
    10_000,
  ),
  test: cifar10Part(['test_batch.bin'], 10_000),
};

const cifar100Part = cifarPart(
  [
    { what: 'coarse label', classes: 20 },
    { what: 'fine label', classes: 100 },
  ],
  cifar100Classes,
);

/** Each record has a coarse and a fine label; the fine one, of 100 classes, is used. */
export const cifar100Format: Format = {
  train: cifar100Part(['train.bin'], 50_000),
  test: cifar100Part(['test.bin'], 10_000),
};
