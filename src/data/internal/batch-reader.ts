import * as E from 'fp-ts/lib/Either.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import type * as T from 'fp-ts/lib/Task.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type Pipeline, pipelineData } from '../augment/pipeline.js';
import { type BatchError, batchError } from '../batch-error.js';
import type { Batch, BatchRequest } from '../batches.js';
import { type BatchMaker, type MadeBatch, makeNow, whenIdle } from './batch-maker.js';
import { batchThread, type ThreadEvents } from './batch-thread.js';

/** Reads batches one after the other. */
export interface BatchReader {
  readonly next: TE.TaskEither<BatchError, Batch>;
  /** Ends its threads. */
  readonly close: T.Task<void>;
}

const startThreads = async (pipeline: Pipeline, workers: number | undefined, events: ThreadEvents) => {
  const data = pipelineData(pipeline);
  if (data === undefined || workers === 0) return [];
  // A browser has neither.
  const node = await Promise.all([import('node:os'), import('node:worker_threads')]).catch(() => undefined);
  if (node?.[1].Worker === undefined) return [];
  const count = workers ?? Math.min(4, Math.max(1, node[0].availableParallelism() - 1));
  return Promise.all(Array.from({ length: count }, () => batchThread(data, events)()));
};

interface Planned {
  readonly request: BatchRequest;
  made: Promise<MadeBatch> | undefined;
}

/** Reads the batches that are requested, in order, with one more of them under way than there are threads. */
export const batchReader = (
  requests: Iterable<BatchRequest>,
  pipeline: Pipeline,
  workers: number | undefined,
): BatchReader => {
  const coming = requests[Symbol.iterator]();
  // Mutable, and nobody else's: the queue is the whole state of a reader, beside its threads.
  const planned: Planned[] = [];
  let makers: readonly BatchMaker[] = [];
  let failure: BatchError | undefined;
  const fail = (error: BatchError): void => {
    failure ??= error;
  };

  const plan = (length: number): void => {
    while (planned.length < length) {
      const next = coming.next();
      if (next.done === true) return;
      planned.push({ request: next.value, made: undefined });
    }
  };
  const handOut = (): void => {
    for (const one of planned) {
      const [idlest] = makers.filter((maker) => maker.isReady()).toSorted((a, b) => a.busy() - b.busy());
      one.made ??= idlest?.make(one.request);
    }
  };
  const starting = startThreads(pipeline, workers, { onReady: handOut, onEnd: fail }).then((started) => {
    const { left, right } = RA.separate(started);
    left.forEach(fail);
    makers = started.length === 0 ? [whenIdle(pipeline)] : right;
  });

  return {
    next: async () => {
      await starting;
      plan(1);
      const first = planned.shift();
      plan(makers.length + 1);
      handOut();
      if (failure !== undefined) return E.left(failure);
      if (first === undefined)
        return E.left(batchError('expected a batch, but all that were requested have been read'));
      // A thread that is still being started is not waited for.
      return first.made ?? makeNow(pipeline)(first.request);
    },
    close: async () => {
      await starting;
      await Promise.all(makers.map((maker) => maker.close()));
    },
  };
};
