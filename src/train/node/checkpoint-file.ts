import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type FileError, readBytes, writeAtomically } from '../../node/files.js';
import { type Checkpoint, type CheckpointError, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.js';

/** Writes a checkpoint. An older one at this path stays until the new one is complete. */
export const saveCheckpoint = (path: string, checkpoint: Checkpoint): TE.TaskEither<FileError, void> =>
  writeAtomically(path, encodeCheckpoint(checkpoint));

/**
 * Reads a checkpoint and checks every byte of it.
 *
 * Errors: a `FileError` for a file that cannot be read, a `CheckpointError` for one that is damaged or is not a checkpoint.
 */
export const loadCheckpoint = (path: string): TE.TaskEither<FileError | CheckpointError, Checkpoint> =>
  pipe(readBytes(path), TE.chainEitherKW(decodeCheckpoint(path)));
