import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Pipeline } from './augment/pipeline.js';
import type { BatchError } from './batch-error.js';
import type { Batch, BatchRequest } from './batches.js';
import { batchReader } from './internal/batch-reader.js';

export interface BatchesOptions {
  /**
   * Threads that make batches ahead; unless told otherwise 1 to 4, one less than there are cores. With 0, where there are
   * no threads, and for functions put together by hand instead of by `pipeline`, batches are made ahead in this thread while
   * it has nothing else to do. The bits are the same.
   */
  readonly workers?: number | undefined;
}

/**
 * Lends `use` a task that reads the next of the requested batches each time it is run; those after it are being made
 * meanwhile. The threads that make them end with `use`, however it ends. The answer for a request depends on nothing but the
 * request and the pipeline.
 *
 * @example
 * withBatches(epochRequests(images, 64, epochKey), pipeline)((next) => pipe(next, TE.map((batch) => batch.labels)));
 */
export const withBatches =
  (requests: Iterable<BatchRequest>, pipeline: Pipeline, options: BatchesOptions = {}) =>
  <Error, A>(use: (next: TE.TaskEither<BatchError, Batch>) => TE.TaskEither<Error, A>): TE.TaskEither<Error, A> =>
  async () => {
    const reader = batchReader(requests, pipeline, options.workers);
    try {
      return await use(reader.next)();
    } finally {
      await reader.close();
    }
  };
