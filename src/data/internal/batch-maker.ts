import * as E from 'fp-ts/lib/Either.js';
import type { Pipeline } from '../augment/pipeline.js';
import { type BatchError, batchError } from '../batch-error.js';
import { type Batch, type BatchRequest, makeBatch } from '../batches.js';

/** What comes of a request. */
export type MadeBatch = E.Either<BatchError, Batch>;

/** Something that makes batches while others go on. */
export interface BatchMaker {
  /** False while it is being started: what is wanted meanwhile is made at once. */
  readonly isReady: () => boolean;
  /** How many batches it was asked for and has not made yet. */
  readonly busy: () => number;
  readonly make: (request: BatchRequest) => Promise<MadeBatch>;
  readonly close: () => Promise<void>;
}

/** A request whose pipeline threw. */
export const cannotMake = ({ indices }: BatchRequest, reason: string): BatchError => {
  const shown = `${indices.slice(0, 3).join(', ')}${indices.length > 3 ? ', …' : ''}`;
  return batchError(`the batch of images ${shown}: expected the pipeline to transform them, got ${reason}`);
};

/** Makes a batch here and now. */
export const makeNow =
  (pipeline: Pipeline) =>
  (request: BatchRequest): MadeBatch =>
    E.tryCatch(
      () => makeBatch(pipeline)(request),
      (thrown) => cannotMake(request, String(thrown)),
    );

/** Makes batches in this thread when it next has nothing else to do: while an engine waits for its device, say. */
export const whenIdle = (pipeline: Pipeline): BatchMaker => {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  return {
    isReady: () => true,
    busy: () => timers.size,
    make: (request) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve(makeNow(pipeline)(request));
        });
        timers.add(timer);
      }),
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
