/**
 * Where exports go: nothing that is there is replaced unasked, and a folder gets all of its files or none.
 *
 * @module
 */
import { rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { exists } from '../../node/exists.js';
import { type FileError, fileError, fileProblem } from '../../node/file-error.js';
import { replaceFile, writeAtomically } from '../../node/files.js';
import { makeFolders } from '../../node/make-folders.js';
import { removeAbandoned, temporaryName } from '../../node/temporary-files.js';
import { runFile } from './run-start.js';

export interface OutputOptions {
  /** Whether files that are there are replaced. Default: false: they are an error. */
  readonly replace?: boolean | undefined;
}

/** A file of a folder. */
export interface OutputFile {
  readonly name: string;
  readonly chunks: readonly Uint8Array[];
}

export const textFile = (name: string, text: string): OutputFile => ({ name, chunks: [Buffer.from(text)] });

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Refuses a path where a file would replace another one, or a folder. */
export const checkFile = (path: string, { replace = false }: OutputOptions): TE.TaskEither<FileError, void> =>
  TE.flatten(
    TE.fromTask(async () => {
      if (await isFolder(path)) return TE.left(fileError(path, 'this is a folder: give the name of a file'));
      return !replace && (await exists(path)())
        ? TE.left(fileError(path, 'there is such a file already: choose another name, or replace it with --replace'))
        : TE.right(undefined);
    }),
  );

/** Refuses a folder that holds a run, or files that would be replaced. */
export const checkFolder = (
  folder: string,
  names: readonly string[],
  options: OutputOptions,
): TE.TaskEither<FileError, void> =>
  pipe(
    TE.fromTask(exists(runFile(folder))),
    TE.filterOrElse(
      (isRun) => !isRun,
      () => fileError(folder, 'this folder holds a run: choose another one'),
    ),
    TE.chain(() => TE.traverseSeqArray((name: string) => checkFile(join(folder, name), options))(names)),
    TE.map(() => undefined),
  );

/** Like `checkFile`, and writes the file. */
export const writeFile = (
  path: string,
  chunks: OutputFile['chunks'],
  options: OutputOptions,
): TE.TaskEither<FileError, void> =>
  pipe(
    checkFile(path, options),
    TE.chain(() => writeAtomically(path, chunks)),
  );

/** Fills a new folder inside this one, and renames what it holds from there. */
const moveInto = (folder: string, files: readonly OutputFile[]): TE.TaskEither<FileError, void> => {
  const inside = temporaryName(join(folder, 'export'));
  const failed = (thrown: unknown): FileError => fileError(folder, `cannot be written: ${fileProblem(thrown)}`);
  return pipe(
    TE.tryCatch(() => makeFolders(inside), failed),
    TE.chain(() =>
      TE.traverseSeqArray(({ name, chunks }: OutputFile) => replaceFile(join(inside, name), chunks))(files),
    ),
    TE.mapLeft(({ path, message }) => fileError(path.replace(inside, folder), message.slice(path.length + 2))),
    TE.chain(() =>
      TE.tryCatch(async () => {
        for (const { name } of files) await rename(join(inside, name), join(folder, name));
      }, failed),
    ),
    T.chainFirst(() => () => rm(inside, { recursive: true, force: true }).catch(() => {})),
  );
};

/** Like `checkFolder`, and writes the files. A full disk leaves none of them, and older files as they are. */
export const writeFolder = (
  folder: string,
  files: readonly OutputFile[],
  options: OutputOptions,
): TE.TaskEither<FileError, void> => {
  const names = files.map(({ name }) => name);
  return pipe(
    checkFolder(folder, names, options),
    // What an export that was killed left here.
    TE.chain(() => removeAbandoned(folder)),
    TE.chain(() => TE.fromTask(() => isFolder(folder))),
    TE.chain((wasThere) =>
      pipe(
        moveInto(folder, files),
        // What was made in vain goes away again.
        TE.orElseFirstTaskK(() => () => (wasThere ? Promise.resolve() : rmdir(folder).catch(() => {}))),
      ),
    ),
  );
};
