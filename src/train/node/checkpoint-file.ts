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

const encoded = (path: string, checkpoint: Checkpoint) =>
  pipe(
    encodeCheckpoint(checkpoint, sha256),
    E.mapLeft(({ message }) => fileError(path, `this checkpoint cannot be written: ${message}`)),
    TE.fromEither,
  );

/** Writes a checkpoint. An older one at this path stays until the new one is complete and was read back. */
export const saveCheckpoint = (path: string, checkpoint: Checkpoint): TE.TaskEither<FileError, void> =>
  pipe(
    encoded(path, checkpoint),
    TE.chain((chunks) => writeAtomically(path, chunks)),
  );

/** Like `saveCheckpoint`, into a folder that must exist; `also`: another path for the same checkpoint, written first. */
export const replaceCheckpoint = (
  path: string,
  checkpoint: Checkpoint,
  also?: string,
): TE.TaskEither<FileError, void> =>
  pipe(
    encoded(path, checkpoint),
    TE.chain((chunks) => replaceFile(path, chunks, also)),
  );

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
