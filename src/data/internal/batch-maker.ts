import type * as E from 'fp-ts/lib/Either.js';
import type { Pipeline } from '../augment/pipeline.js';
import type { Batch, BatchRequest } from '../batch.js';
import type { BatchError } from '../batch-error.js';
import { makeBatch } from '../make-batch.js';

/** The result of a request. */
export type MadeBatch = E.Either<BatchError, Batch>;

/** Makes batches in the background. */
export interface BatchMaker {
  /** False while it starts; batches that are needed by then are made by the reader. */
  readonly isReady: () => boolean;
  /** The number of requests that it has not finished yet. */
  readonly busy: () => number;
  readonly make: (request: BatchRequest) => Promise<MadeBatch>;
  readonly close: () => Promise<void>;
}

/** Makes batches in this thread when it is next idle: for example while an engine waits for its device. */
export const whenIdle = (pipeline: Pipeline): BatchMaker => {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  return {
    isReady: () => true,
    busy: () => timers.size,
    make: (request) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve(makeBatch(pipeline)(request));
        });
        timers.add(timer);
      }),
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
