/**
 * A checkpoint is one safetensors file. Its tensors are the whole state of training, by path; its metadata holds the
 * configuration of the run and its progress. A run that resumes from it gives the same bits as one that never stopped.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { decode, record, wholeNumber } from '../core/config.js';
import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import { entries, showPath } from '../core/tree.js';
import { type FileError, fileError, readBytes, writeAtomically } from '../node/files.js';
import { sha256 } from '../node/sha256.js';
import { decodeTensors, encodeTensors } from './safetensors/index.js';

/** A checkpoint that is damaged, or that belongs to another model or run. */
export interface CheckpointError extends Failure<'CheckpointError'> {
  readonly path: string;
}

export const checkpointError = (path: string, problem: string): CheckpointError => ({
  _tag: 'CheckpointError',
  path,
  message: `${path}: this checkpoint ${problem}`,
});

const Sums = t.type({ images: t.number, loss: t.number, top1: t.number, top5: t.number }, 'sums');
const Figures = t.type({ loss: t.number, top1: t.number, top5: t.number }, 'figures');

/** The results of one epoch. */
export const EpochRecord = record(
  'the record of an epoch',
  {
    /** From 1. */
    epoch: wholeNumber,
    train: Figures,
    /** The learning rate of the last step. */
    learningRate: t.number,
    /** Wall time, including validation. */
    seconds: t.number,
  },
  { validation: Figures },
);
export type EpochRecord = t.TypeOf<typeof EpochRecord>;

/** How far a run has come. */
export const Progress = t.type({
  /** The current epoch, from 0. */
  epoch: wholeNumber,
  /** How many of its batches are done. */
  batch: wholeNumber,
  /** The sums of their metrics. */
  sums: Sums,
  history: t.readonlyArray(EpochRecord),
});
export type Progress = t.TypeOf<typeof Progress>;

/**
 * The metadata of the file. No other field is accepted: a checksum whose name is damaged would be one, and go unchecked.
 */
const Metadata = record('the metadata', { vitrail: t.literal('1'), run: t.string, progress: t.string });

/** A checkpoint in memory. `run` is any JSON that the program needs to resume; the tensors are by path. */
export interface Checkpoint {
  readonly run: unknown;
  readonly progress: Progress;
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** Writes a checkpoint. The previous one stays until the new one is complete. */
export const saveCheckpoint = (
  path: string,
  checkpoint: { readonly run: unknown; readonly progress: Progress; readonly state: unknown },
): TE.TaskEither<FileError, void> =>
  pipe(
    encodeTensors(
      {
        metadata: {
          vitrail: '1',
          run: JSON.stringify(checkpoint.run),
          progress: JSON.stringify(checkpoint.progress),
        },
        tensors: Object.fromEntries(
          entries<HostTensor>(checkpoint.state).map(([keyPath, tensor]) => [showPath(keyPath), tensor]),
        ),
      },
      sha256,
    ),
    E.mapLeft((error) => fileError(path, `this checkpoint cannot be written: ${error.message}`)),
    TE.fromEither,
    TE.chain((chunks) => writeAtomically(path, chunks)),
  );

const json = (text: string): E.Either<string, unknown> =>
  E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => 'has metadata that is not JSON',
  );

/** Reads a checkpoint and checks its checksum. */
export const loadCheckpoint = (path: string): TE.TaskEither<FileError | CheckpointError, Checkpoint> =>
  pipe(
    readBytes(path),
    TE.chainEitherKW((bytes) =>
      pipe(
        decodeTensors(bytes, sha256),
        E.mapLeft((error) => `is cut short, damaged or not a safetensors file: ${error.message}`),
        E.chain(({ tensors, metadata }) =>
          pipe(
            E.Do,
            E.bind('text', () =>
              pipe(
                decode(Metadata)(metadata),
                E.mapLeft((error) => `was not written by this version of vitrail: ${error.message}`),
              ),
            ),
            E.bind('run', ({ text }) => json(text.run)),
            E.bind('progress', ({ text }) =>
              pipe(
                json(text.progress),
                E.chain((value) =>
                  pipe(
                    decode(Progress)(value),
                    E.mapLeft((error) => `has invalid progress: ${error.message}`),
                  ),
                ),
              ),
            ),
            E.map(({ run, progress }) => ({ run, progress, tensors })),
          ),
        ),
        E.mapLeft((problem) => checkpointError(path, problem)),
      ),
    ),
  );
