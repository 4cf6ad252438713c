import * as E from 'fp-ts/lib/Either.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import type * as T from 'fp-ts/lib/Task.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { processorCount, workerThreads } from '../../node/node-modules.js';
import type { Pipeline } from '../augment/pipeline.js';
import type { Batch, BatchRequest } from '../batch.js';
import { type BatchError, batchError } from '../batch-error.js';
import { makeBatch } from '../make-batch.js';
import { type BatchMaker, type MadeBatch, whenIdle } from './batch-maker.js';
import { batchThread, type ThreadEvents } from './batch-thread.js';

/** Reads batches one after the other. */
export interface BatchReader {
  readonly next: TE.TaskEither<BatchError, Batch>;
  /** Ends its threads. */
  readonly close: T.Task<void>;
}

type Started = readonly E.Either<BatchError, BatchMaker>[];

// More threads than any machine that this is made for has cores.
const MOST_WORKERS = 256;

const startThreads = async (
  { threadData }: Pipeline,
  workers: number | undefined,
  events: ThreadEvents,
): Promise<Started> => {
  if (threadData === undefined || workers === 0 || workerThreads() === undefined) return [];
  const count = workers ?? Math.min(4, Math.max(1, processorCount() - 1));
  if (!(Number.isSafeInteger(count) && count > 0 && count <= MOST_WORKERS))
    return [E.left(batchError(`expected workers to be a whole number, 0 to ${MOST_WORKERS}, got ${workers}`))];
  return Promise.all(Array.from({ length: count }, () => batchThread(threadData, events)()));
};

interface Planned {
  readonly request: BatchRequest;
  made: Promise<MadeBatch> | undefined;
}

// [height, width, channels] of the images of a batch, for messages and for comparison.
const imageSize = ({ input }: Batch): string => input.shape.slice(1).join(' × ');

/** Reads the requested batches in order. While one is used, one more than there are threads is being made. */
export const batchReader = (
  requests: Iterable<BatchRequest>,
  pipeline: Pipeline,
  workers: number | undefined,
): BatchReader => {
  // Mutable, and local to the reader: the queue, its threads and the size of the first batch are all its state.
  const planned: Planned[] = [];
  const here = whenIdle(pipeline);
  let threads: readonly BatchMaker[] = [];
  let firstSize: string | undefined;
  let failure: BatchError | undefined;
  const fail = (error: BatchError): void => {
    failure ??= error;
  };

  let coming: Iterator<BatchRequest> | undefined;
  const plan = (length: number): void => {
    try {
      coming ??= requests[Symbol.iterator]();
      while (planned.length < length) {
        const next = coming.next();
        if (next.done === true) return;
        planned.push({ request: next.value, made: undefined });
      }
    } catch (thrown) {
      fail(batchError(`expected the next request for a batch, got ${thrown}`));
    }
  };
  const makersFor = ({ source }: BatchRequest): readonly BatchMaker[] =>
    source.threadData === undefined || threads.length === 0 ? [here] : threads;
  const handOut = (): void => {
    for (const one of planned) {
      const ready = makersFor(one.request).filter((maker) => maker.isReady());
      const [idlest] = ready.toSorted((a, b) => a.busy() - b.busy());
      one.made ??= idlest?.make(one.request);
    }
  };
  // A compiled step is for one size of images.
  const checkSize = (batch: Batch): MadeBatch => {
    const size = imageSize(batch);
    firstSize ??= size;
    return size === firstSize
      ? E.right(batch)
      : E.left(
          batchError(
            `${batch.purpose} batch ${batch.index} of epoch ${batch.epoch}: expected images of ${firstSize}, the size in the first batch, got ${size}. Add a resize to the transforms`,
          ),
        );
  };
  const starting = startThreads(pipeline, workers, { onReady: handOut, onEnd: fail }).then((started) => {
    const { left, right } = RA.separate(started);
    left.forEach(fail);
    threads = right;
  });

  return {
    next: async () => {
      await starting;
      plan(1);
      const first = planned.shift();
      plan(threads.length + 1);
      handOut();
      if (failure !== undefined) return E.left(failure);
      if (first === undefined) return E.left(batchError('expected a batch, but all requested batches have been read'));
      // Threads that are still starting are not waited for.
      const made = (await first.made) ?? makeBatch(pipeline)(first.request);
      return E.isLeft(made) ? made : checkSize(made.right);
    },
    close: async () => {
      await starting;
      await Promise.all([here, ...threads].map((maker) => maker.close()));
    },
  };
};
