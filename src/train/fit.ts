/**
 * The loop around the pure step: the only part of training that has effects.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { BatchError } from '../data/batch-error.js';
import type { Batch } from '../data/batches.js';
import { withBatches } from '../data/with-batches.js';
import type { FitError, FitOptions, Fitted } from './fit-options.js';
import { figures } from './metrics.js';
import { type Live, requestsOf, runParts } from './run-parts.js';
import type { TrainState } from './step.js';

/**
 * Trains from a snapshot to the last epoch. Every draw comes from the key, the epoch and the step, so that a run that is
 * stopped and resumed ends with the same bits as one that is not.
 * Batches are made ahead of the steps, in threads that end with the run.
 */
export const fit = <P>(options: FitOptions<P>): TE.TaskEither<FitError, Fitted<P>> =>
  withBatches(requestsOf(options), options.pipeline, options)(loop(options));

const loop =
  <P>(options: FitOptions<P>) =>
  (next: TE.TaskEither<BatchError, Batch>): TE.TaskEither<FitError, Fitted<P>> => {
    const { engine, onEvent = () => {} } = options;
    const { batches, oneStep, endEpoch, snapshot } = runParts(options, next);
    return async () => {
      let live: Live<P> = {
        state: engine.fromHost<TrainState<P>>(options.start.state),
        progress: options.start.progress,
      };
      let latest = options.start;
      while (live.progress.epoch < options.epochs) {
        const began = performance.now();
        while (live.progress.batch < batches) {
          const stepped = await oneStep(live)();
          if (E.isLeft(stepped)) return stepped;
          const before = live.progress;
          live = stepped.right;
          onEvent({
            kind: 'step',
            epoch: live.progress.epoch + 1,
            batch: live.progress.batch,
            batches,
            figures: figures(live.progress.sums),
            images: live.progress.sums.images - before.sums.images,
          });
          if (options.stop?.() === true) {
            const stopped = await snapshot(live)();
            if (E.isLeft(stopped)) return stopped;
            onEvent({ kind: 'stopped', progress: live.progress });
            return E.right({ ...stopped.right, finished: false });
          }
        }
        const ended = await endEpoch(live, began)();
        if (E.isLeft(ended)) return ended;
        live = ended.right[0];
        const saved = await snapshot(live)();
        if (E.isLeft(saved)) return saved;
        latest = saved.right;
        onEvent({ kind: 'epoch', record: ended.right[1] });
      }
      engine.dispose(live.state);
      return E.right({ ...latest, finished: true });
    };
  };
