/**
 * A checkpoint is one safetensors file: the whole state of training by path, and in its metadata the configuration of the
 * run and how far it is. Resuming from it gives the same bits as never having stopped.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { decode, record, wholeNumber } from '../core/config.js';
import type { Hosts, ParameterSpec, Specs } from '../core/declaration.js';
import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import { entries, showPath, unflatten } from '../core/tree.js';
import { type FileError, readBytes, writeAtomically } from '../node/files.js';
import { decodeTensors, encodeTensors } from './safetensors.js';

/** A checkpoint that is damaged, or of something else. */
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

/** What an epoch left behind. */
export const EpochRecord = record(
  'the record of an epoch',
  {
    /** From 1. */
    epoch: wholeNumber,
    train: Figures,
    /** The rate of the epoch's last step. */
    learningRate: t.number,
    /** Wall time of the epoch, evaluation included. */
    seconds: t.number,
  },
  { validation: Figures },
);
export type EpochRecord = t.TypeOf<typeof EpochRecord>;

/** How far a run is. */
export const Progress = t.type({
  /** The epoch that is under way, from 0. */
  epoch: wholeNumber,
  /** How many batches of it are done. */
  batch: wholeNumber,
  /** What these batches gave. */
  sums: Sums,
  history: t.readonlyArray(EpochRecord),
});
export type Progress = t.TypeOf<typeof Progress>;

/** What stands in the metadata. */
const Metadata = t.type({ vitrail: t.literal('1'), run: t.string, progress: t.string });

/** A checkpoint in memory: `run` is whatever the program needs to go on, as JSON; its tensors are by path. */
export interface Checkpoint {
  readonly run: unknown;
  readonly progress: Progress;
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** Writes a checkpoint; the one that was there stays until the new one is whole. */
export const saveCheckpoint = (
  path: string,
  checkpoint: { readonly run: unknown; readonly progress: Progress; readonly state: unknown },
): TE.TaskEither<FileError, void> =>
  writeAtomically(
    path,
    encodeTensors({
      metadata: {
        vitrail: '1',
        run: JSON.stringify(checkpoint.run),
        progress: JSON.stringify(checkpoint.progress),
      },
      tensors: Object.fromEntries(
        entries<HostTensor>(checkpoint.state).map(([path_, tensor]) => [showPath(path_), tensor]),
      ),
    }),
  );

const json = (text: string): E.Either<string, unknown> =>
  E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => 'has metadata that is not JSON',
  );

/** Reads a checkpoint and checks every byte of it. */
export const loadCheckpoint = (path: string): TE.TaskEither<FileError | CheckpointError, Checkpoint> =>
  pipe(
    readBytes(path),
    TE.chainEitherKW((bytes) =>
      pipe(
        decodeTensors(bytes),
        E.mapLeft((problem) => `is ${problem}`),
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
                    E.mapLeft((error) => `has a progress that does not fit: ${error.message}`),
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

/** Puts the tensors of a checkpoint into the structure that a model declares, or says how the two differ. */
export const restore =
  (path: string, tensors: Readonly<Record<string, HostTensor>>) =>
  <P>(specs: Specs<P>): E.Either<CheckpointError, Hosts<P>> => {
    const wanted = entries<ParameterSpec>(specs).map(([at, spec]) => [showPath(at), spec] as const);
    const names = new Set(wanted.map(([name]) => name));
    const different = wanted.find(
      ([name, spec]) => tensors[name]?.dtype !== 'float32' || String(tensors[name].shape) !== String(spec.shape),
    );
    const extra = Object.keys(tensors).find((name) => !names.has(name));
    if (different !== undefined) {
      const [name, spec] = different;
      const found = tensors[name];
      return E.left(
        checkpointError(
          path,
          `is of another model: expected ${name} [${spec.shape}], got ${found === undefined ? 'none' : `${found.dtype} [${found.shape}]`}`,
        ),
      );
    }
    if (extra !== undefined)
      return E.left(checkpointError(path, `is of another model: it has ${extra}, which this one has not`));
    return E.right(unflatten(specs)(wanted.map(([name]) => tensors[name]!)) as Hosts<P>);
  };
