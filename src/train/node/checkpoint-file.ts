import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type FileError, fileError, replaceFile, writeAtomically } from '../../node/files.js';
import { sha256 } from '../../node/sha256.js';
import {
  type Checkpoint,
  type CheckpointError,
  checkpointError,
  checkpointIn,
  encodeCheckpoint,
  unreadable,
} from '../checkpoint.js';
import { readTensors } from './read-tensors.js';

const saveWith =
  (write: typeof writeAtomically) =>
  (path: string, checkpoint: Checkpoint): TE.TaskEither<FileError, void> =>
    pipe(
      encodeCheckpoint(checkpoint, sha256),
      E.mapLeft(({ message }) => fileError(path, `this checkpoint cannot be written: ${message}`)),
      TE.fromEither,
      TE.chain((chunks) => write(path, chunks)),
    );

/** Writes a checkpoint. An older one at this path stays until the new one is complete. */
export const saveCheckpoint = saveWith(writeAtomically);

/** Like `saveCheckpoint`, into a folder that must exist. */
export const replaceCheckpoint = saveWith(replaceFile);

/**
 * Reads a checkpoint of any size and checks every byte of it.
 *
 * Errors: a `FileError` for a file that cannot be read, a `CheckpointError` for one that is damaged or is not a checkpoint.
 */
export const loadCheckpoint = (path: string): TE.TaskEither<FileError | CheckpointError, Checkpoint> =>
  pipe(
    readTensors(path),
    TE.mapLeft((error) => (error._tag === 'FileError' ? error : checkpointError(path, unreadable(error)))),
    TE.chainEitherKW(checkpointIn(path)),
  );
