import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type FileError, fileError } from './file-error.js';
import { makeFolders } from './make-folders.js';

export { type FileError, fileError } from './file-error.js';

const reason = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'a part of this path is a file, not a folder',
    EISDIR: 'this is a folder, not a file',
    EEXIST: 'a file is in the way of this folder',
  };
  return (code !== undefined && known[code]) || String((error as Error | null)?.message ?? error);
};

/** Reads a whole file. */
export const readBytes = (path: string): TE.TaskEither<FileError, Uint8Array> =>
  TE.tryCatch(
    () => readFile(path),
    (error) => fileError(path, `cannot be read: ${reason(error)}`),
  );

/** Makes a folder and its parents. */
export const makeFolder = (path: string): TE.TaskEither<FileError, void> =>
  TE.tryCatch(
    async () => {
      await makeFolders(path);
    },
    (error) => fileError(path, `this folder cannot be created: ${reason(error)}`),
  );

/**
 * Writes a file completely or not at all: under a temporary name in the same folder, flushed to disk, then renamed. An older file at
 * this path stays until then.
 */
export const writeAtomically = (
  path: string,
  chunks: readonly (string | Uint8Array)[],
): TE.TaskEither<FileError, void> =>
  TE.tryCatch(
    async () => {
      const temporary = `${path}.${randomUUID()}.tmp`;
      await makeFolders(dirname(path));
      try {
        const file = await open(temporary, 'w');
        try {
          for (const chunk of chunks) await file.writeFile(chunk);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    (error) => fileError(path, `cannot be written: ${reason(error)}`),
  );
