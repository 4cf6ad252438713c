import type { Tensor } from '@tensorflow/tfjs-core';
import { NATIVE_BACKEND } from '../tfjs/native-tfjs.js';
import { tidyOn } from '../tfjs/tidy-on.js';
import type { NodeBackend } from './node-backend.js';
import { TAG } from './protobuf.js';
import type { Meter } from './traffic.js';

/** A tensor that takes the place of a node of the graph. */
export interface Feed {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Runs the part of a graph that the fetched and the awaited nodes need and returns the fetched ones. Synchronous, as
 * tfjs-node is.
 */
export type Session = (
  feeds: () => readonly Feed[],
  fetched: readonly string[],
  awaited?: readonly string[],
) => readonly Tensor[];

// A session holds memory of the device. It ends with the last value or function that needs it.
const unreachable = new FinalizationRegistry<() => void>((close) => close());

/** Loads a graph, as the bytes of a SavedModel, into TensorFlow, which reads it from a folder. */
export const loadSession = async (backend: NodeBackend, bytes: Uint8Array, meter: Meter): Promise<Session> => {
  const [{ mkdtemp, rm, writeFile }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:os'),
    import('node:path'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'vitrail-graph-'));
  try {
    await writeFile(join(folder, 'saved_model.pb'), bytes);
    const id = backend.loadSavedModelMetaGraph(folder, TAG);
    const session: Session = (feeds, fetched, awaited = []) =>
      tidyOn(NATIVE_BACKEND, () => {
        const fed = feeds();
        const inputs = fed.map(({ tensor }) => tensor);
        const outputs = backend.runSavedModel(id, inputs, fed, [...fetched, ...awaited]);
        meter.count(inputs, outputs);
        return { tensors: outputs.slice(0, fetched.length) };
      }).tensors;
    unreachable.register(session, () => backend.deleteSavedModel(id));
    return session;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
