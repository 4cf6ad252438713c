import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { cacheFolder } from '../../node/cache-folder.js';
import { exists } from '../../node/exists.js';
import { type DataError, dataError } from '../data-error.js';
import { type DatasetEntry, DatasetName, type Download, datasets, type FolderEntry } from '../datasets.js';
import { filesOf } from '../formats/format.js';
import type { Dataset } from '../image-source.js';
import { download } from './download.js';
import { isComplete, readFolder } from './folders.js';
import type { ImageFolderOptions } from './images/read-image-folder.js';
import { hasFolders, loadAsImageFolder, loadImageFolder } from './load-image-folder.js';
import type { DownloadOptions } from './receive.js';

export interface LoadOptions extends DownloadOptions {
  /** The folder of the files, or its parent. No other folder is searched then. */
  readonly directory?: string | undefined;
  /** Whether CIFAR files may have fewer records than those that were published. Default: false, so that a file that was cut is noticed. */
  readonly partial?: boolean | undefined;
  /** The folder for downloads. Default: `cacheFolder()`. */
  readonly cache?: string | undefined;
  /** Where to download from. Default: the official address. */
  readonly download?: Download | undefined;
  /** How images in folders are read. */
  readonly images?: ImageFolderOptions | undefined;
}

// The path is the same from src/data/node and from dist/data/node.
const includedFolder = ({ included, folder }: DatasetEntry): readonly string[] =>
  included ? [fileURLToPath(new URL(`../../../data/${folder}`, import.meta.url))] : [];

const firstComplete = (entry: DatasetEntry, folders: readonly string[]): T.Task<string | undefined> =>
  pipe(
    folders,
    T.traverseArray(isComplete(entry.format)),
    T.map((complete) => folders[complete.indexOf(true)]),
  );

const foldersOf = (directory: string, { folder }: DatasetEntry): readonly string[] => [
  directory,
  join(directory, folder),
];

const locate = (name: string, entry: DatasetEntry, options: LoadOptions): TE.TaskEither<DataError, string> => {
  const { directory } = options;
  if (directory !== undefined)
    return pipe(
      firstComplete(entry, foldersOf(directory, entry)),
      // If no folder is complete, the first one is read anyway, and the error names the file that is missing.
      T.map((folder) => folder ?? directory),
      TE.fromTask,
    );
  const installed = [...includedFolder(entry), ...entry.installed];
  const cached = join(options.cache ?? cacheFolder(), entry.folder);
  const source = options.download ?? entry.download;
  return pipe(
    TE.fromTask(firstComplete(entry, [...installed, cached])),
    TE.chain((folder) => {
      if (folder !== undefined) return TE.right(folder);
      if (source === undefined)
        return TE.left(
          dataError('missing', name, `its files in ${[...installed, cached].join(' or ')}`, 'none', entry.advice),
        );
      return pipe(
        download(source, filesOf(entry.format), cached, options),
        TE.map(() => cached),
      );
    }),
  );
};

/**
 * The name of the data set in a folder that the user gives, who expects `name` there: `image-folder` or `tiny-imagenet` if the
 * folder has folders of images instead of the files of `name`.
 */
export const datasetIn =
  (directory: string, name: DatasetName): T.Task<DatasetName> =>
  async () => {
    const entry: DatasetEntry | FolderEntry = datasets[name];
    const isThere = 'format' in entry && (await firstComplete(entry, foldersOf(directory, entry))()) !== undefined;
    if (isThere || !(await hasFolders(directory))) return name;
    const { sign } = datasets['tiny-imagenet'];
    return (await exists(join(directory, sign))()) ? 'tiny-imagenet' : 'image-folder';
  };

const loadFiles = (
  name: string,
  entry: DatasetEntry,
  options: LoadOptions,
  images: ImageFolderOptions,
): TE.TaskEither<DataError, Dataset> => {
  const { directory } = options;
  const advice = `${entry.advice}${directory === undefined ? '' : ' For your own images, it needs train/<class>/… or <class>/….'}`;
  const fromFiles = pipe(
    locate(name, entry, options),
    TE.chain((folder) => readFolder(entry.format, folder, advice, options.partial ?? false)),
    TE.map(({ train, test }): Dataset => ({ name, classes: entry.classes, train, test })),
  );
  if (directory === undefined) return fromFiles;
  return async () => {
    const isThere = (await firstComplete(entry, foldersOf(directory, entry))()) !== undefined;
    return isThere || !(await hasFolders(directory))
      ? fromFiles()
      : loadAsImageFolder(name, entry.classes, directory, images)();
  };
};

/**
 * Loads a data set by name: from `directory` if it is given; otherwise from where it is installed or from the cache. If it is
 * in neither and has an official address, it is downloaded into the cache. Instead of its files, `directory` may have
 * folders of images of its classes. The data sets `image-folder` and `tiny-imagenet` are such folders.
 *
 * Errors: a `DataError` that names the file, folder or address, and says what to do.
 *
 * @example
 * const dataset = await orThrow(loadDataset('cifar100', { directory: 'downloads' }));
 */
export const loadDataset = (name: string, options: LoadOptions = {}): TE.TaskEither<DataError, Dataset> => {
  if (!DatasetName.is(name))
    return TE.left(
      dataError(
        'unknown-dataset',
        'data set',
        `one of ${Object.keys(datasets).join(', ')}`,
        `'${name}'`,
        'Choose one of these.',
      ),
    );
  const entry: DatasetEntry | FolderEntry = datasets[name];
  const images = { signal: options.signal, ...options.images };
  return 'format' in entry
    ? loadFiles(name, entry, options, images)
    : loadImageFolder(name, entry, options.directory, images);
};
