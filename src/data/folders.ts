/**
 * Reading the files of a data set from folders.
 *
 * @module
 */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type DataError, dataError } from './data-error.js';
import type { LabeledImages } from './dataset.js';
import type { Format, NamedBytes } from './formats/format.js';

const exists =
  (path: string): T.Task<boolean> =>
  () =>
    access(path).then(
      () => true,
      () => false,
    );

const anyOf = (path: string): readonly string[] => [path, `${path}.gz`];

/** Whether every file of the format is in the folder. */
export const isComplete =
  (format: Format) =>
  (folder: string): T.Task<boolean> =>
    pipe(
      [...format.train, ...format.test],
      T.traverseArray((name) =>
        pipe(
          anyOf(join(folder, name)),
          T.traverseArray(exists),
          T.map((found) => found.includes(true)),
        ),
      ),
      T.map((found) => !found.includes(false)),
    );

const readPath = (path: string, advice: string): TE.TaskEither<DataError, NamedBytes> =>
  TE.tryCatch(
    () => readFile(path).then((bytes) => ({ file: path, bytes })),
    (cause) => {
      const { code, message } = cause as NodeJS.ErrnoException;
      return code === 'ENOENT'
        ? dataError('missing', path, 'a file', 'none', advice)
        : dataError('unreadable', path, 'a file that can be read', message, advice);
    },
  );

const readNamed =
  (folder: string, advice: string) =>
  (name: string): TE.TaskEither<DataError, NamedBytes> =>
    pipe(
      readPath(join(folder, name), advice),
      TE.orElse((plain) =>
        plain.kind !== 'missing'
          ? TE.left(plain)
          : pipe(
              readPath(join(folder, `${name}.gz`), advice),
              TE.mapLeft((packed) =>
                packed.kind === 'missing'
                  ? dataError('missing', plain.file, 'this file, or it with .gz', 'none', advice)
                  : packed,
              ),
            ),
      ),
    );

/** Reads both sets of a format from a folder; they must have images of one size. */
export const readFolder = (
  format: Format,
  folder: string,
  advice: string,
): TE.TaskEither<DataError, { readonly train: LabeledImages; readonly test: LabeledImages }> => {
  const read = (names: readonly string[]): TE.TaskEither<DataError, LabeledImages> =>
    pipe(names, TE.traverseArray(readNamed(folder, advice)), TE.chainEitherK(format.decode));
  const size = (images: LabeledImages): string => `${images.height}×${images.width}×${images.channels}`;
  return pipe(
    TE.Do,
    TE.apS('train', read(format.train)),
    TE.apS('test', read(format.test)),
    TE.filterOrElse(
      ({ train, test }) => size(train) === size(test),
      ({ train, test }) =>
        dataError(
          'mismatch',
          folder,
          `test images of ${size(train)}, as in training`,
          size(test),
          'Take all files from the same data set.',
        ),
    ),
  );
};
