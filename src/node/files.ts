import { constants, copyFile, type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Either } from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type FileError, fileError, fileProblem } from './file-error.js';
import { makeFolders } from './make-folders.js';
import { temporaryName } from './temporary-files.js';
import { codeOf } from './thrown.js';

export { type FileError, fileError } from './file-error.js';

/** Reads a whole file. */
export const readBytes = (path: string): TE.TaskEither<FileError, Uint8Array> =>
  TE.tryCatch(
    () => readFile(path),
    (error) => fileError(path, `cannot be read: ${fileProblem(error)}`),
  );

/** Opens a file to read pieces of it. */
export const withFile = <E, A>(
  path: string,
  read: (file: FileHandle) => Promise<Either<E, A>>,
): TE.TaskEither<FileError | E, A> =>
  pipe(
    TE.tryCatch(
      async () => {
        const file = await open(path, 'r');
        try {
          return await read(file);
        } finally {
          await file.close();
        }
      },
      (error): FileError | E => fileError(path, `cannot be read: ${fileProblem(error)}`),
    ),
    TE.chain((result) => TE.fromEither<FileError | E, A>(result)),
  );

/** Makes a folder and its parents. */
export const makeFolder = (path: string): TE.TaskEither<FileError, void> =>
  TE.tryCatch(
    async () => {
      await makeFolders(path);
    },
    (error) => fileError(path, `this folder cannot be created: ${fileProblem(error)}`),
  );

type Chunks = readonly (string | Uint8Array)[];

const PIECE_BYTES = 2 ** 24;

/** Whether a file holds these bytes and no others: it is read back in pieces. */
const holds = async (path: string, chunks: Chunks): Promise<boolean> => {
  const file = await open(path, 'r');
  try {
    const all = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    const piece = new Uint8Array(Math.min(PIECE_BYTES, Math.max(0, ...all.map(({ length }) => length))));
    let at = 0;
    for (const bytes of all) {
      for (let start = 0; start < bytes.length; ) {
        const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, bytes.length - start), at);
        const expected = bytes.subarray(start, start + bytesRead);
        if (bytesRead === 0 || Buffer.compare(piece.subarray(0, bytesRead), expected) !== 0) return false;
        start += bytesRead;
        at += bytesRead;
      }
    }
    return (await file.stat()).size === at;
  } finally {
    await file.close();
  }
};

/**
 * Writes a temporary file in the folder of `path`, flushed to disk and read back, and has it put in its place; then it is gone in any
 * case.
 */
const writeBeside = async <A>(path: string, chunks: Chunks, put: (temporary: string) => Promise<A>): Promise<A> => {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await holds(temporary, chunks))) throw new Error('what was read back is not what was written');
    return await put(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
};

const notWritten = (path: string) => (error: unknown) => fileError(path, `cannot be written: ${fileProblem(error)}`);

// A hard link appears with its contents, or fails if there is a file. File systems without them get a copy, which fails likewise.
const linkOrCopy = (temporary: string, path: string): Promise<void> =>
  link(temporary, path).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw error;
    return copyFile(temporary, path, constants.COPYFILE_EXCL);
  });

/** Gives a file a second name, in place of any file that has it. */
const nameAlso = async (temporary: string, path: string): Promise<void> => {
  const second = temporaryName(path);
  try {
    await linkOrCopy(temporary, second);
    await rename(second, path);
  } finally {
    await rm(second, { force: true });
  }
};

/**
 * Like `writeAtomically`, into a folder that must exist. `also`: another path in it where the same file replaces an older one, first;
 * it takes no more space where the file system has hard links.
 */
export const replaceFile = (path: string, chunks: Chunks, also?: string): TE.TaskEither<FileError, void> =>
  TE.tryCatch(
    () =>
      writeBeside(path, chunks, async (temporary) => {
        if (also !== undefined) await nameAlso(temporary, also);
        await rename(temporary, path);
      }),
    notWritten(path),
  );

/**
 * Writes a file completely or not at all: under a temporary name in the same folder, flushed to disk, read back and compared, then
 * renamed. An older file at this path stays until then.
 */
export const writeAtomically = (path: string, chunks: Chunks): TE.TaskEither<FileError, void> =>
  pipe(
    TE.tryCatch(() => makeFolders(dirname(path)), notWritten(path)),
    TE.chain(() => replaceFile(path, chunks)),
  );

/** Writes a file that must not exist yet. Of several processes at once, one gets true and the others false. */
export const createFile = (path: string, chunks: Chunks): TE.TaskEither<FileError, boolean> =>
  TE.tryCatch(
    () =>
      writeBeside(path, chunks, (temporary) =>
        linkOrCopy(temporary, path).then(
          () => true,
          (error: unknown) => {
            if (codeOf(error) === 'EEXIST') return false;
            throw error;
          },
        ),
      ),
    notWritten(path),
  );
