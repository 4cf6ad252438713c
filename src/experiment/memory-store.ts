import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../core/host-tensor.js';
import { mapSame } from '../core/tree.js';
import { type FileError, fileError } from '../node/file-error.js';
import type { Checkpoint } from '../train/checkpoint.js';
import type { RunStart, Store } from './store.js';

/** A store in memory, with what it holds: for tests, sweeps and pages. */
export interface MemoryStore extends Store {
  readonly contents: () => {
    readonly start: RunStart | undefined;
    readonly checkpoints: ReadonlyMap<string, Checkpoint>;
    /** Those of the best epochs. */
    readonly best: ReadonlyMap<string, Checkpoint>;
    readonly metrics: readonly string[];
    readonly report: string | undefined;
  };
}

const copied = ({ data, ...tensor }: HostTensor): HostTensor => ({ ...tensor, data: data.slice() });

/** An empty store in memory. */
export const memoryStore = (name = 'memory'): MemoryStore => {
  // Mutable: what a store holds is its state.
  const checkpoints = new Map<string, Checkpoint>();
  const best = new Map<string, Checkpoint>();
  let start: RunStart | undefined;
  let metrics: readonly string[] = [];
  let report: string | undefined;
  const done = <A>(f: () => A): TE.TaskEither<FileError, A> => TE.fromIO(f);
  return {
    name,
    begin: (beginning) =>
      start === undefined
        ? done(() => {
            start = beginning;
          })
        : TE.left(fileError(name, 'this store holds a run already: resume it, or make another store')),
    reopen: () => (start === undefined ? TE.left(fileError(name, 'this store holds no run')) : TE.right(undefined))(),
    loadCheckpoint: (model) => TE.fromIO(() => checkpoints.get(model)),
    saveCheckpoint: (model, checkpoint, isBest) =>
      done(() => {
        const copy = { ...checkpoint, tensors: mapSame(copied)(checkpoint.tensors) };
        checkpoints.set(model, copy);
        if (isBest === true) best.set(model, copy);
      }),
    checkpointName: (model) => `${name}/${model}`,
    writeMetrics: (lines) =>
      done(() => {
        metrics = lines;
      }),
    writeReport: (html) =>
      done(() => {
        report = html;
        return `${name}/report`;
      }),
    contents: () => ({ start, checkpoints, best, metrics, report }),
  };
};
