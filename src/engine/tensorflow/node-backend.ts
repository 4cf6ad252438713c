/**
 * The part of tfjs-node and tfjs-node-gpu 4.22 that the compiled engine uses. `loadSavedModel` and `predict` of their public
 * API are built on the same three calls. Calling these directly, a graph needs no signature for each set of inputs and outputs.
 *
 * @module
 */
import { engine, type Tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { type EngineError, engineError } from '../engine.js';
import { NATIVE_BACKEND } from '../tfjs/native-tfjs.js';

/** The backend that both packages register with tfjs. */
export interface NodeBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
  readonly loadSavedModelMetaGraph: (folder: string, tags: string) => number;
  readonly deleteSavedModel: (session: number) => void;
  readonly runSavedModel: (
    session: number,
    inputs: readonly Tensor[],
    names: readonly { readonly name: string }[],
    outputs: readonly string[],
  ) => readonly Tensor[];
}

const isNodeBackend = (backend: unknown): backend is NodeBackend =>
  typeof backend === 'object' && backend !== null && 'runSavedModel' in backend && 'binding' in backend;

/** The backend, if one of the packages is loaded. */
export const nodeBackend = (): E.Either<EngineError, NodeBackend> => {
  const backend: unknown = engine().findBackend(NATIVE_BACKEND);
  return isNodeBackend(backend)
    ? E.right(backend)
    : E.left(
        engineError(
          'unavailable',
          `the tfjs backend '${NATIVE_BACKEND}' is not registered: import @tensorflow/tfjs-node or tfjs-node-gpu first; see docs/engines.md`,
        ),
      );
};
