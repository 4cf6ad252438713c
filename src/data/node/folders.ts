/**
 * Reads the files of a data set from a folder.
 *
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { exists } from '../../node/exists.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import { type DataError, dataError } from '../data-error.js';
import { type Format, filesOf, type NamedBytes, type Part } from '../formats/format.js';
import { sameSize, showSize } from '../image.js';
import type { ImageSource } from '../image-source.js';
import { gunzip } from './gunzip.js';
import { inflateMatlab } from './inflate-matlab.js';

const anyOf = (path: string): readonly string[] => [path, `${path}.gz`];

/** Whether every file of the format is in the folder. */
export const isComplete =
  (format: Format) =>
  (folder: string): T.Task<boolean> =>
    pipe(
      filesOf(format),
      T.traverseArray((name) =>
        pipe(
          anyOf(join(folder, name)),
          T.traverseArray(exists),
          T.map((found) => found.includes(true)),
        ),
      ),
      T.map((found) => !found.includes(false)),
    );

const readPath = (path: string, mostBytes: number, advice: string): TE.TaskEither<DataError, NamedBytes> => {
  const unreadable = (cause: unknown): DataError =>
    codeOf(cause) === 'ENOENT'
      ? dataError('missing', path, 'a file', 'none', advice)
      : dataError('unreadable', path, 'a file that can be read', messageOf(cause), advice);
  return pipe(
    TE.tryCatch(() => stat(path), unreadable),
    TE.filterOrElse(
      ({ size }) => size <= mostBytes,
      ({ size }) => dataError('oversized', path, `at most ${mostBytes} bytes`, `${size}`, advice),
    ),
    TE.chain(() => TE.tryCatch(() => readFile(path), unreadable)),
    TE.map((bytes) => ({ file: path, bytes })),
  );
};

const readNamed =
  (folder: string, mostBytes: number, advice: string) =>
  (name: string): TE.TaskEither<DataError, NamedBytes> =>
    pipe(
      readPath(join(folder, name), mostBytes, advice),
      TE.orElse((plain) =>
        plain.kind !== 'missing'
          ? TE.left(plain)
          : pipe(
              readPath(join(folder, `${name}.gz`), mostBytes, advice),
              TE.mapLeft((packed) =>
                packed.kind === 'missing'
                  ? dataError('missing', plain.file, 'this file, with or without .gz', 'none', advice)
                  : packed,
              ),
            ),
      ),
    );

/**
 * Reads the training and test images of a format from a folder. Both must have the same size. `partial`: there may be fewer images
 * than were published.
 */
export const readFolder = (
  format: Format,
  folder: string,
  advice: string,
  partial: boolean,
): TE.TaskEither<DataError, { readonly train: ImageSource; readonly test: ImageSource }> => {
  const read = ({ files, mostBytes, decode }: Part): TE.TaskEither<DataError, ImageSource> =>
    pipe(
      files,
      TE.traverseArray(readNamed(folder, mostBytes, advice)),
      TE.chainEitherK(
        E.traverseArray((file) =>
          pipe(
            gunzip(file, mostBytes),
            E.chain((unpacked) => inflateMatlab(unpacked, mostBytes)),
          ),
        ),
      ),
      TE.chainEitherK((given) => decode(given, partial)),
    );
  return pipe(
    TE.Do,
    TE.apS('train', read(format.train)),
    TE.apS('test', read(format.test)),
    TE.filterOrElse(
      ({ train, test }) => sameSize(train.image(0), test.image(0)),
      ({ train, test }) =>
        dataError(
          'mismatch',
          folder,
          `test images of ${showSize(train.image(0))}, as in training`,
          showSize(test.image(0)),
          'Take all files from the same data set.',
        ),
    ),
  );
};
