/**
 * Data sets whose images are files in folders.
 *
 * @module
 */
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { exists } from '../../node/exists.js';
import { entriesOf } from '../../node/file-tree.js';
import { type DataError, dataError } from '../data-error.js';
import type { FolderEntry } from '../datasets.js';
import { type ImageFolder, type ImageFolderOptions, readImageFolder } from './images/read-image-folder.js';

/** Whether a folder has folders, in which there may be images. */
export const hasFolders = async (directory: string): Promise<boolean> =>
  (await entriesOf(directory, '')).folders.length > 0;

/** The folder of a data set: the one that is given, or the one of its archive in it. */
const locate = async (directory: string, { folder, sign }: FolderEntry): Promise<string | undefined> => {
  if (sign === undefined) return directory;
  const candidates = folder === undefined ? [directory] : [directory, join(directory, folder)];
  for (const candidate of candidates) if (await exists(join(candidate, sign))()) return candidate;
  return undefined;
};

/** Loads a data set of image files from the folder that the user gives. */
export const loadImageFolder = (
  name: string,
  entry: FolderEntry,
  directory: string | undefined,
  options: ImageFolderOptions,
): TE.TaskEither<DataError, ImageFolder> =>
  directory === undefined
    ? TE.left(dataError('missing', name, 'its folder', 'none', entry.advice))
    : pipe(
        TE.fromTask(() => locate(directory, entry)),
        TE.chain((folder) =>
          folder === undefined
            ? TE.left(dataError('missing', directory, `${entry.sign}, as in ${name}`, 'none', entry.advice))
            : readImageFolder(folder, options),
        ),
        TE.map((dataset) => (name === 'image-folder' ? dataset : { ...dataset, name })),
      );

/** Loads the images of a data set of known classes from folders of image files. */
export const loadAsImageFolder = (
  name: string,
  classes: readonly string[],
  directory: string,
  options: ImageFolderOptions,
): TE.TaskEither<DataError, ImageFolder> =>
  pipe(
    readImageFolder(directory, options),
    TE.filterOrElse(
      (dataset) => classes.join('\n') === dataset.classes.join('\n'),
      (dataset) =>
        dataError(
          'mismatch',
          directory,
          `folders of the ${classes.length} classes of ${name}: ${classes.slice(0, 3).join(', ')}, …`,
          `${dataset.classes.length} classes: ${dataset.classes.slice(0, 3).join(', ')}, …`,
          `Give the folder of ${name}, or load it as 'image-folder'.`,
        ),
    ),
    TE.map((dataset) => ({ ...dataset, name })),
  );
