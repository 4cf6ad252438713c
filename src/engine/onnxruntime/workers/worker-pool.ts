import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../../node/start-worker.js';
import type { Notification, PartialResults, Rank, Request, Response } from './messages.js';

/** The worker threads of an engine. They end with it, and never keep a process alive between calls. */
export interface WorkerPool {
  readonly count: number;
  /** Sends a notification to all workers. */
  readonly notify: (notification: Notification) => void;
  /** Sends a request to each worker, all at once. Returns the partial results in their responses. */
  readonly request: (requests: readonly Request[]) => Promise<readonly PartialResults[]>;
}

const unreachable = new FinalizationRegistry<readonly Worker[]>((workers) => {
  for (const worker of workers) void worker.terminate();
});

/** Starts `count` workers. */
export const startWorkerPool = async (count: number): Promise<WorkerPool> => {
  const started = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const rank: Rank = { index, count };
      const worker = startWorker(new URL('./worker.js', import.meta.url), rank);
      return { worker, send: connection(worker) };
    }),
  );
  const workers = started.map(({ worker }) => worker);
  const pool: WorkerPool = {
    count,
    notify: (notification) => {
      for (const worker of workers) worker.postMessage(notification);
    },
    request: async (requests) => {
      // Waits for all, even if one fails: the next call finds every worker idle.
      const responses = await Promise.allSettled(
        started.flatMap(({ send }, i) => {
          const request = requests[i];
          return request === undefined ? [] : send(request);
        }),
      );
      return responses.map((response) => {
        if (response.status === 'rejected') throw response.reason;
        if (response.value.kind === 'failed') throw new Error(response.value.message);
        return response.value.partials;
      });
    },
  };
  unreachable.register(pool, workers);
  return pool;
};

// One request at a time: a response does not say which it answers. Once a worker has ended, every request fails with the reason.
const connection = (worker: Worker): ((request: Request) => Promise<Response>) => {
  let pending: { readonly resolve: (response: Response) => void; readonly reject: (reason: Error) => void } | undefined;
  let ended: Error | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const end = (reason: Error): void => {
    ended ??= reason;
    pending?.reject(ended);
    pending = undefined;
  };
  worker.on('message', (response: Response) => {
    pending?.resolve(response);
    pending = undefined;
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a worker thread of the compiled engine ended with code ${code}`)));
  // After the listeners: a listener for messages would keep the process alive again.
  worker.unref();
  const send = (request: Request): Promise<Response> => {
    if (ended !== undefined) return Promise.reject(ended);
    // The process stays alive while a response is pending.
    worker.ref();
    return new Promise<Response>((resolve, reject) => {
      pending = { resolve, reject };
      worker.postMessage(request);
    }).finally(() => worker.unref());
  };
  return (request) => {
    const response = last.then(() => send(request));
    last = response.catch(() => undefined);
    return response;
  };
};
