import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { startWorker } from '../../node/start-worker.js';
import type { PipelineData } from '../augment/pipeline.js';
import type { BatchRequest } from '../batch.js';
import { type BatchError, batchError } from '../batch-error.js';
import type { ImageSource, SourceData } from '../image-source.js';
import type { BatchMaker, MadeBatch } from './batch-maker.js';

/** A message to the thread. A source is sent once, before the first request for its images; requests give its position. */
export type Message =
  | { readonly kind: 'source'; readonly data: SourceData }
  | { readonly kind: 'make'; readonly request: Omit<BatchRequest, 'source'>; readonly source: number };

/** A message from the thread. */
export type Reply = { readonly kind: 'ready' } | { readonly kind: 'made'; readonly made: MadeBatch };

export interface ThreadEvents {
  readonly onReady: () => void;
  /** The thread ended without having been closed. All unfinished requests get the same error. */
  readonly onEnd: (error: BatchError) => void;
}

type Worker = ReturnType<typeof startWorker>;

const ended = (thrown: unknown): BatchError =>
  batchError(`a thread that makes batches ended: ${thrown}. To make batches without threads, set workers to 0`);

const listen =
  ({ onReady, onEnd }: ThreadEvents) =>
  (worker: Worker): BatchMaker => {
    // Mutable, as the thread is: replies come in the order of the requests.
    const waiting: ((made: MadeBatch) => void)[] = [];
    const sent = new Map<ImageSource, number>();
    let state: 'starting' | 'ready' | 'ended' = 'starting';
    const post = (message: Message): void => worker.postMessage(message);
    const end = (thrown: unknown): void => {
      if (state === 'ended') return;
      state = 'ended';
      const error = ended(thrown);
      for (const resolve of waiting.splice(0)) resolve(E.left(error));
      onEnd(error);
    };
    const send = ({ source, ...request }: BatchRequest): void => {
      if (source.threadData === undefined) throw new Error('expected a source that a thread can rebuild');
      const known = sent.get(source);
      const position = known ?? sent.size;
      if (known === undefined) {
        post({ kind: 'source', data: source.threadData });
        sent.set(source, position);
      }
      post({ kind: 'make', request, source: position });
    };
    worker.on('error', end);
    worker.on('exit', (code) => end(`exit code ${code}`));
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'made') waiting.shift()?.(reply.made);
      else {
        state = 'ready';
        onReady();
      }
    });
    return {
      isReady: () => state === 'ready',
      busy: () => waiting.length,
      make: async (request) => {
        try {
          send(request);
        } catch (thrown) {
          // Options of a source that cannot be copied, for example a function.
          return E.left(batchError(`a thread cannot be sent its images: ${thrown}`));
        }
        return new Promise((resolve) => waiting.push(resolve));
      },
      close: async () => {
        state = 'ended';
        await worker.terminate();
      },
    };
  };

/** Starts a thread that makes batches with the pipeline of this data. */
export const batchThread = (data: PipelineData, events: ThreadEvents): TE.TaskEither<BatchError, BatchMaker> =>
  pipe(
    TE.tryCatch(async () => startWorker(new URL('./batch-worker.js', import.meta.url), data), ended),
    TE.map(listen(events)),
  );
