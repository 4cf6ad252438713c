import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { startWorker } from '../../node/start-worker.js';
import type { PipelineData } from '../augment/pipeline.js';
import { type BatchError, batchError } from '../batch-error.js';
import type { Batch, BatchRequest } from '../batches.js';
import { type BatchMaker, cannotMake, type MadeBatch } from './batch-maker.js';
import { share } from './share.js';

/** What the thread says. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'made'; readonly batch: Batch }
  | { readonly kind: 'failed'; readonly reason: string };

interface Waiting {
  readonly request: BatchRequest;
  readonly resolve: (made: MadeBatch) => void;
}

/** What the one that starts a thread is told. */
export interface ThreadEvents {
  readonly onReady: () => void;
  /** It ended by itself; what it was asked for and has not made is answered with the same error. */
  readonly onEnd: (error: BatchError) => void;
}

type Worker = Awaited<ReturnType<typeof startWorker>>;

const ended = (thrown: unknown): BatchError =>
  batchError(`a thread that makes batches ended: ${thrown}. To make them without threads: workers: 0`);

const listen =
  ({ onReady, onEnd }: ThreadEvents) =>
  (worker: Worker): BatchMaker => {
    // It answers in the order in which it is asked.
    const waiting: Waiting[] = [];
    let state: 'starting' | 'ready' | 'ended' = 'starting';
    const end = (thrown: unknown): void => {
      if (state === 'ended') return;
      state = 'ended';
      const error = ended(thrown);
      for (const { resolve } of waiting.splice(0)) resolve(E.left(error));
      onEnd(error);
    };
    worker.on('error', end);
    worker.on('exit', (code) => end(`exit code ${code}`));
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'ready') {
        state = 'ready';
        onReady();
        return;
      }
      const { request, resolve } = waiting.shift()!;
      resolve(reply.kind === 'made' ? E.right(reply.batch) : E.left(cannotMake(request, reply.reason)));
    });
    return {
      isReady: () => state === 'ready',
      busy: () => waiting.length,
      make: (request) =>
        new Promise((resolve) => {
          waiting.push({ request, resolve });
          worker.postMessage({ ...request, images: share(request.images) });
        }),
      close: async () => {
        state = 'ended';
        await worker.terminate();
      },
    };
  };

/** Starts a thread that makes batches with a pipeline of this data. */
export const batchThread = (data: PipelineData, events: ThreadEvents): TE.TaskEither<BatchError, BatchMaker> =>
  pipe(
    TE.tryCatch(() => startWorker(new URL('./batch-worker.js', import.meta.url), data), ended),
    TE.map(listen(events)),
  );
