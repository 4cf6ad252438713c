import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../../core/host-tensor.js';
import type { MapTree } from '../../core/tree.js';
import { type FileError, fileError, writeAtomically } from '../../node/files.js';
import { sha256 } from '../../node/sha256.js';
import { tensorsByPath } from '../checkpoint.js';
import { type RestoreError, restore } from '../restore.js';
import { encodeTensors, type SafetensorsError } from '../safetensors/index.js';
import { readTensors } from './read-tensors.js';

/**
 * Writes parameters in host memory, of any model, to a safetensors file. Tensors are named by their paths: `blocks/0/norm/scale`. An older
 * file stays until the new one is complete. The file has the numbers alone; what resumes a run is a checkpoint, `saveCheckpoint`.
 *
 * Errors: a `FileError` for a file that cannot be written, or for parameters that are not tensors in host memory.
 *
 * @example
 * await orThrow(saveParams('model.safetensors', params));
 */
export const saveParams = (path: string, params: unknown): TE.TaskEither<FileError, void> =>
  pipe(
    encodeTensors({ tensors: tensorsByPath(params), metadata: {} }, sha256),
    E.mapLeft(({ message }) => fileError(path, `these parameters cannot be written: ${message}`)),
    TE.fromEither,
    TE.chain((chunks) => writeAtomically(path, chunks)),
  );

/**
 * Reads the parameters that `saveParams` wrote, for the model that declares them. Files of other models are for `readTensors` and `takeParams`.
 *
 * Errors: a `FileError` for a file that cannot be read, a `SafetensorsError` for one that is damaged or of another format, a `RestoreError`
 * with all differences for parameters of another model.
 *
 * @example
 * const loaded = await orThrow(loadParams('model.safetensors', orThrow(declareVit(config))));
 */
export const loadParams = <S>(
  path: string,
  declaration: { readonly params: S },
): TE.TaskEither<FileError | RestoreError | SafetensorsError, MapTree<S, HostTensor>> =>
  pipe(
    readTensors(path),
    TE.chainEitherKW(({ tensors }) => restore(declaration, tensors)),
  );
