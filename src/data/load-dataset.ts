import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type DataError, dataError } from './data-error.js';
import type { Dataset } from './dataset.js';
import { type DatasetEntry, DatasetName, type Download, datasets } from './datasets.js';
import { type DownloadOptions, download } from './download.js';
import { isComplete, readFolder } from './folders.js';
import { share } from './internal/share.js';

export interface LoadOptions extends DownloadOptions {
  /** The folder of the files, or the one above it. Nothing else is then looked at. */
  readonly directory?: string | undefined;
  /** Where downloads are kept; `cacheFolder()` unless told otherwise. */
  readonly cache?: string | undefined;
  /** Another source than the official one. */
  readonly download?: Download | undefined;
}

/** `$VITRAIL_CACHE`, else `vitrail` in the user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`). */
export const cacheFolder = (environment: Readonly<Record<string, string | undefined>> = process.env): string => {
  const { VITRAIL_CACHE: own, XDG_CACHE_HOME: base } = environment;
  // The XDG specification says to ignore a relative path.
  return own || join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'vitrail');
};

const firstComplete = (entry: DatasetEntry, folders: readonly string[]): T.Task<string | undefined> =>
  pipe(
    folders,
    T.traverseArray(isComplete(entry.format)),
    T.map((complete) => folders[complete.indexOf(true)]),
  );

const locate = (name: string, entry: DatasetEntry, options: LoadOptions): TE.TaskEither<DataError, string> => {
  const { directory } = options;
  if (directory !== undefined)
    return pipe(
      firstComplete(entry, [directory, join(directory, entry.folder)]),
      // Where no folder is complete the first is read all the same: the error then names the file that is not there.
      T.map((folder) => folder ?? directory),
      TE.fromTask,
    );
  const cached = join(options.cache ?? cacheFolder(), entry.folder);
  const source = options.download ?? entry.download;
  return pipe(
    TE.fromTask(firstComplete(entry, [...entry.installed, cached])),
    TE.chain((folder) => {
      if (folder !== undefined) return TE.right(folder);
      if (source === undefined)
        return TE.left(
          dataError('missing', name, `its files in ${[...entry.installed, cached].join(' or ')}`, 'none', entry.advice),
        );
      return pipe(
        download(source, [...entry.format.train, ...entry.format.test], cached, options),
        TE.map(() => cached),
      );
    }),
  );
};

/**
 * Loads a data set by name. It is looked for in `directory` if that is given; else where it is installed, then in the
 * cache; else it is fetched into the cache, where it has an official address.
 *
 * @example
 * const task = loadDataset('cifar100', { directory: 'downloads' });
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
  const entry: DatasetEntry = datasets[name];
  return pipe(
    locate(name, entry, options),
    TE.chain((folder) => readFolder(entry.format, folder, entry.advice)),
    // Shared from the start, the images need no second copy for the threads that make batches.
    TE.map(({ train, test }) => ({ name, classes: entry.classes, train: share(train), test: share(test) })),
  );
};
