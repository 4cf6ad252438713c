import type { Worker } from 'node:worker_threads';
import type { HostTensor } from '../../../core/host-tensor.js';
import { startWorker } from '../../../node/start-worker.js';
import type { Notice, Question, Rank, Reply } from './messages.js';

/** The worker threads of an engine. They end with it, and keep no process alive. */
export interface Crew {
  readonly count: number;
  readonly tell: (notice: Notice) => void;
  /** Asks each thread, at once; the joints that each answers. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly (readonly (HostTensor['data'] | null)[])[]>;
}

const dismissed = new FinalizationRegistry<readonly Worker[]>((workers) => {
  for (const worker of workers) void worker.terminate();
});

/** Starts `count` threads. */
export const startCrew = async (count: number): Promise<Crew> => {
  const workers = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const rank: Rank = { index, count };
      return startWorker(new URL('./worker.js', import.meta.url), rank);
    }),
  );
  const asks = workers.map(asking);
  const crew: Crew = {
    count,
    tell: (notice) => {
      for (const worker of workers) worker.postMessage(notice);
    },
    ask: async (questions) => {
      // All are waited for, also when one fails: the next call finds every thread idle.
      const replies = await Promise.allSettled(questions.map((question, i) => asks[i]!(question)));
      return replies.map((reply) => {
        if (reply.status === 'rejected') throw reply.reason;
        if (reply.value.kind === 'failed') throw new Error(reply.value.message);
        return reply.value.joints;
      });
    },
  };
  dismissed.register(crew, workers);
  return crew;
};

// One question at a time; a thread that ends answers all that follow with the reason.
const asking = (worker: Worker): ((question: Question) => Promise<Reply>) => {
  let waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (reason: Error) => void } | undefined;
  let ended: Error | undefined;
  const end = (reason: Error): void => {
    ended ??= reason;
    waiting?.reject(ended);
    waiting = undefined;
  };
  worker.unref();
  worker.on('message', (reply: Reply) => {
    waiting?.resolve(reply);
    waiting = undefined;
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a worker thread of the compiled engine ended with code ${code}`)));
  return (question) => {
    if (ended !== undefined) return Promise.reject(ended);
    // Kept alive for as long as an answer is due.
    worker.ref();
    return new Promise<Reply>((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(question);
    }).finally(() => worker.unref());
  };
};
