/**
 * Training of the models of an experiment, one after the other, with checkpoints and metrics in a store.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ChosenEngine } from '../engine/choose.js';
import type { FileError } from '../node/file-error.js';
import type { Checkpoint, CheckpointError } from '../train/checkpoint.js';
import { isAtItsEnd } from './patience.js';
import type { Prepared, PreparedModel } from './prepare.js';
import { epochLines, isBest, isTested, type Tested, testLine } from './results.js';
import type { Reporter } from './run-events.js';
import type { Store } from './store.js';
import { type Trained, type TrainModelError, trainModel } from './train-model.js';

export type TrainAllError = FileError | CheckpointError | TrainModelError;

export interface TrainAllOptions {
  readonly engine: ChosenEngine;
  readonly store: Store;
  readonly report: Reporter;
  /** Whether to resume the run that the store holds. */
  readonly resume: boolean;
  /** Whether to resume with other images than those that the run began with. Default: false. */
  readonly acceptChangedData?: boolean | undefined;
  /** Asked between steps: true stops the run after a checkpoint. */
  readonly stop?: () => boolean;
}

const linesOf = (tested: Tested): readonly string[] => [
  ...epochLines(tested.model.name, tested.progress.history),
  testLine(tested),
];

const resumedAt = ({ config }: Prepared, { progress }: Checkpoint) => ({
  epoch: progress.epoch + 1,
  batchesDone: progress.batchesDone,
  isDone: isAtItsEnd(config, progress),
});

const trainOne = (
  prepared: Prepared,
  model: PreparedModel,
  linesBefore: readonly string[],
  options: TrainAllOptions,
): TE.TaskEither<TrainAllError, Trained> => {
  const { store, report, engine, resume, stop, acceptChangedData } = options;
  const { name } = model;
  return pipe(
    resume ? store.loadCheckpoint(name) : TE.right(undefined),
    TE.chainFirstIOK((checkpoint) => () => {
      report({
        kind: 'model',
        model: name,
        ...(checkpoint === undefined ? {} : { resumed: resumedAt(prepared, checkpoint) }),
        ...(resume && checkpoint === undefined ? { missing: store.checkpointName(name) } : {}),
      });
    }),
    TE.chainW((checkpoint) =>
      trainModel(prepared, model, {
        engine: engine.engine,
        checkpointName: store.checkpointName(name),
        resume: checkpoint,
        acceptChangedData,
        save: (made) =>
          pipe(
            store.saveCheckpoint(name, made, isBest(made.progress)),
            TE.chain(() => store.writeMetrics([...linesBefore, ...epochLines(name, made.progress.history)])),
          ),
        onTaken: ({ taken, fresh, left }) =>
          report({ kind: 'taken', model: name, from: prepared.from?.path ?? '', taken, fresh, left }),
        onEvent: (event) => {
          // The warnings of the pipeline, which all models share, were reported when the run began.
          if (event.kind !== 'warning') report({ ...event, model: name });
          else if (!prepared.pipeline.warnings.includes(event.message)) report(event);
        },
        ...(stop === undefined ? {} : { stop }),
      }),
    ),
    TE.chainFirstW((trained) => {
      if (!isTested(trained)) return TE.right<TrainAllError, void>(undefined);
      const { totals, summary } = trained.test;
      report({ kind: 'test', model: name, images: totals.examples, metrics: summary });
      return store.writeMetrics([...linesBefore, ...linesOf(trained)]);
    }),
  );
};

/** Trains the models in their order; where one is stopped, the later ones are not trained. */
export const trainAll =
  (prepared: Prepared, options: TrainAllOptions): TE.TaskEither<TrainAllError, readonly Trained[]> =>
  async () => {
    const done: Trained[] = [];
    for (const model of prepared.models) {
      const next = await trainOne(prepared, model, done.filter(isTested).flatMap(linesOf), options)();
      if (E.isLeft(next)) return next;
      done.push(next.right);
      if (!isTested(next.right)) break;
    }
    return E.right(done);
  };
