import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Pipeline } from './augment/pipeline.js';
import type { Batch, BatchRequest } from './batch.js';
import type { BatchError } from './batch-error.js';
import { batchReader } from './internal/batch-reader.js';

export interface BatchesOptions {
  /**
   * Number of worker threads that make batches ahead. Default: one less than there are cores, at least 1 and at most 4.
   *
   * With 0, in a browser, and for sources or pipelines without `threadData`, batches are made ahead in this thread while it
   * is idle. The bits are the same.
   */
  readonly workers?: number | undefined;
}

/**
 * Gives `use` a task that reads the next of the requested batches each time it runs, while the following ones are made in the
 * background. The worker threads end when `use` ends, even if it fails.
 *
 * Errors: the task returns a `BatchError` if a batch cannot be made (see `makeBatch`), if its images have another size than
 * those of the first batch, if a thread fails, if `workers` is not a whole number up to 256, or after the last batch.
 *
 * @example
 * const labels = withBatches(
 *   validationRequests(dataset.test, { size: 64 }),
 *   pipeline,
 * )((next) => pipe(next, TE.map((batch) => batch.target)));
 */
export const withBatches =
  (requests: Iterable<BatchRequest>, pipeline: Pipeline, options: BatchesOptions = {}) =>
  <E, A>(use: (next: TE.TaskEither<BatchError, Batch>) => TE.TaskEither<E, A>): TE.TaskEither<E, A> =>
  async () => {
    const reader = batchReader(requests, pipeline, options.workers);
    try {
      return await use(reader.next)();
    } finally {
      await reader.close();
    }
  };
