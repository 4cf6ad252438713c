/**
 * The loop around the pure step: the only part of training that has effects.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Batch, BatchRequest } from '../data/batch.js';
import type { BatchError } from '../data/batch-error.js';
import { trainingRequests, validationRequests } from '../data/requests.js';
import { withBatches } from '../data/with-batches.js';
import { compareOrigins } from './compare-origins.js';
import { earlyEnd } from './early-stopping.js';
import {
  checkOptions,
  type FitError,
  type FitOptions,
  type Fitted,
  type MadeSnapshot,
  type Snapshot,
} from './fit-options.js';
import { freeing } from './freeing.js';
import { type Live, liveAt } from './live.js';
import { type Origin, originOf } from './origin.js';
import type { Progress } from './progress.js';
import { epochKeyOf, trainer } from './trainer.js';

/**
 * Trains to the last epoch. Every draw comes from the key, the epoch and the step, so a run that is stopped and resumed ends with the
 * same bits as one that is not. Batches are prepared ahead in worker threads, which end with the run.
 *
 * A run that is resumed goes on with the images that it began with, or is a `ConfigError`; other differences that change bits, such as
 * the engine and its threads, are `warning` events.
 *
 * Errors: a `ConfigError` for options out of range, a `TargetError` for labels that are not the objective's, a `BatchError` for images
 * that cannot be read or transformed, a `DivergedError` when a loss or parameter is not finite, a `FileError` of `save`, an
 * `EngineError`. What was saved before an error is the last good snapshot.
 *
 * @example
 * const { state } = await orThrow(
 *   fit({ engine, model, objective, optimizer, train, pipeline, epochs: 3, batchSize: 64, key: key(1), start: { params } }),
 * );
 */
export const fit =
  <P, Input, Output, Target, N extends string>(
    options: FitOptions<P, Input, Output, Target, N>,
  ): TE.TaskEither<FitError, Fitted<P>> =>
  () => {
    // No closure below refers to the start, so it can be garbage-collected while training runs.
    const start = typeof options.start === 'function' ? options.start() : options.start;
    const checked = checkOptions(options, start);
    if (E.isLeft(checked)) return Promise.resolve(checked);
    const before = 'state' in start ? start.origin : undefined;
    const first = liveAt(options, start);
    return pipe(
      compared(options, before, first.progress),
      TE.chainW((origin) =>
        withBatches(requestsOf(options, first.progress), options.pipeline, options)(loop(options, origin, first)),
      ),
      freeing(options.engine, first.state),
    )();
  };

/** What the bits of this run depend on. Compares it with that of the snapshot to resume from. */
const compared = <P, Input, Output, Target, N extends string>(
  options: FitOptions<P, Input, Output, Target, N>,
  before: Origin | undefined,
  { batchesDone }: Progress,
): TE.TaskEither<FitError, Origin> =>
  pipe(
    originOf(options),
    TE.bindTo('now'),
    TE.bindW('differences', ({ now }) => {
      const resuming = { acceptChangedData: options.acceptChangedData === true, isWithinEpoch: batchesDone > 0 };
      return TE.fromEither(before === undefined ? E.right([]) : compareOrigins(before, now, resuming));
    }),
    TE.map(({ now, differences }) => {
      for (const message of differences) options.onEvent?.({ kind: 'warning', message });
      return now;
    }),
  );

/** What a run reads, from where it starts to its end: in each epoch the batches to train on, then those to validate with. */
export const requestsOf = <P, Input, Output, Target, N extends string>(
  options: FitOptions<P, Input, Output, Target, N>,
  { epoch: first, batchesDone }: Progress,
): Iterable<BatchRequest> => ({
  *[Symbol.iterator]() {
    const { train, validation, batchSize: size } = options;
    for (let epoch = first; epoch < options.epochs; epoch++) {
      const done = epoch === first ? batchesDone : 0;
      yield* trainingRequests(train, { size, epoch, epochKey: epochKeyOf(options.key, epoch), done });
      if (validation !== undefined) yield* validationRequests(validation, { size, epoch });
    }
  },
});

const loop =
  <P, Input, Output, Target, N extends string>(
    options: FitOptions<P, Input, Output, Target, N>,
    origin: Origin,
    first: Live<P>,
  ) =>
  (next: TE.TaskEither<BatchError, Batch>): TE.TaskEither<FitError, Fitted<P>> => {
    const { epochs, earlyStopping, onEvent = () => {}, save, stop } = options;
    const { step, validate, endEpoch, snapshot, release } = trainer(options, origin);
    const validates = options.validation !== undefined && options.validation.count > 0;
    const saved = async (live: Live<P>): Promise<E.Either<FitError, MadeSnapshot<P>>> => {
      const shot = await snapshot(live)();
      if (E.isLeft(shot) || save === undefined) return shot;
      const done = await save(shot.right)();
      return E.isLeft(done) ? done : shot;
    };
    const early = ({ epoch, history }: Progress) =>
      epoch < epochs && earlyStopping !== undefined ? earlyEnd(earlyStopping)(history) : undefined;
    const isOver = (progress: Progress): boolean => progress.epoch >= epochs || early(progress) !== undefined;
    const finished = (shot: Snapshot<P>): E.Either<FitError, Fitted<P>> => {
      const end = early(shot.progress);
      if (end !== undefined) onEvent({ kind: 'early-end', ...end });
      return E.right({ ...shot, finished: true });
    };
    return async () => {
      let live: Live<P> = { ...first, since: performance.now() };
      for (const message of options.pipeline.warnings) onEvent({ kind: 'warning', message });
      try {
        while (!isOver(live.progress)) {
          const read = await next();
          if (E.isLeft(read)) return read;
          const batch = read.right;
          const isTraining = batch.purpose === 'training';
          if (isTraining) {
            const stepped = await step(live, batch)();
            if (E.isLeft(stepped)) return stepped;
            live = stepped.right.live;
            onEvent(stepped.right.event);
          } else {
            const validated = await validate(live, batch)();
            if (E.isLeft(validated)) return validated;
            live = validated.right;
          }
          if (batch.index + 1 === batch.count && isTraining !== validates) {
            const ended = endEpoch(live);
            if (E.isLeft(ended)) return ended;
            const [following, record] = ended.right;
            live = following;
            const over = isOver(live.progress);
            const shot = save !== undefined || over ? await saved(live) : undefined;
            if (shot !== undefined && E.isLeft(shot)) return shot;
            onEvent({ kind: 'epoch', record });
            if (shot !== undefined && over) return finished(shot.right);
          }
          if (isTraining && stop?.() === true) {
            const shot = await saved(live);
            if (E.isLeft(shot)) return shot;
            onEvent({ kind: 'stopped', progress: live.progress });
            return E.right({ ...shot.right, finished: false });
          }
        }
        const shot = await snapshot(live)();
        return E.isLeft(shot) ? shot : finished(shot.right);
      } finally {
        release(live);
      }
    };
  };
