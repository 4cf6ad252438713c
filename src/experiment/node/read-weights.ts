/**
 * Trained parameters, for another model to begin at.
 *
 * @module
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { sha256 } from '../../node/sha256.js';
import { checkpointError, tensorsByPath, unreadable } from '../../train/checkpoint.js';
import { readTensors } from '../../train/node/read-tensors.js';
import type { Weights } from '../initial-params.js';
import { type OpenRunError, openRun, type RunModel, runAt } from './open-run.js';

/** Weights that were read from a file. */
export interface FileWeights extends Weights {
  /** What they were trained in; undefined for a safetensors file of another program. */
  readonly run: RunModel | undefined;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: HostTensor['data']): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The same for the same tensors, whatever file they are in. */
const fingerprintOf = (tensors: Weights['tensors']): string =>
  sha256(
    Object.entries(tensors)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([path, { shape, data }]) => [new TextEncoder().encode(JSON.stringify([path, shape])), bytesOf(data)]),
  );

const weights = (path: string, tensors: Weights['tensors'], run?: RunModel): FileWeights => ({
  path,
  tensors,
  fingerprint: fingerprintOf(tensors),
  run,
});

const ofRun = (path: string): TE.TaskEither<OpenRunError, FileWeights> =>
  pipe(
    openRun(path),
    TE.map((run) => weights(run.path, tensorsByPath(run.model.params), run)),
  );

/**
 * Reads trained parameters: those of the last model of the run in a folder, of a checkpoint, or of a safetensors file of another program, whose
 * tensors are named by path, `blocks/0/norm/scale`. A checkpoint that keeps averages of the parameters gives those.
 *
 * Errors: a `FileError` for what cannot be read, a `CheckpointError` for a file that is damaged, a `ConfigError` or a `ShapeError` for a run
 * that does not fit itself.
 *
 * @example
 * const from = await orThrow(readWeights('runs/first'));
 * const prepared = orThrow(prepare(presets.quickstart, dataset, from));
 */
export const readWeights = (path: string): TE.TaskEither<OpenRunError, FileWeights> =>
  pipe(
    runAt(path),
    TE.chainW((start) => {
      if (start !== undefined) return ofRun(path);
      return pipe(
        readTensors(path),
        TE.mapLeft((error) => (error._tag === 'FileError' ? error : checkpointError(path, unreadable(error)))),
        TE.chainW(({ metadata, tensors }) =>
          Object.hasOwn(metadata, 'vitrail') ? ofRun(path) : TE.right(weights(path, tensors)),
        ),
      );
    }),
  );
