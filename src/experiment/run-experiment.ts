/**
 * The life of a run: trains the models of an experiment one after the other, evaluates them, and writes the report. It works over an
 * engine, a store and a reporter, so a command line, a sweep, a page and a test all run the same one.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { countParameters } from '../core/declaration.js';
import { batchCount } from '../data/requests.js';
import type { ChosenEngine } from '../engine/choose.js';
import type { FileError } from '../node/file-error.js';
import { type RunResults, renderReport } from '../plot/index.js';
import type { CheckpointError } from '../train/checkpoint.js';
import { engineInfoOf } from '../train/origin.js';
import { checkRoom, type DiskUse } from './disk-use.js';
import { expectedMemory, type RunMemory } from './expected-memory.js';
import { type FigureError, figuresOf } from './figures.js';
import type { Prepared, PreparedModel } from './prepare.js';
import { epochLines, figureIndex, isBest, isTested, resultsOf, type Tested, testLine } from './results.js';
import type { Reporter, RunEvent } from './run-events.js';
import type { Store } from './store.js';
import { type Trained, type TrainModelError, trainModel } from './train-model.js';

export type RunError = FileError | CheckpointError | TrainModelError | FigureError;

/** How a run ended: with results, or stopped as it was asked to. */
export type RunEnd = { readonly kind: 'finished'; readonly results: RunResults } | { readonly kind: 'stopped' };

export interface RunOptions {
  readonly engine: ChosenEngine;
  readonly store: Store;
  readonly report: Reporter;
  /** Whether to resume the run that the store holds. */
  readonly resume: boolean;
  /** Whether to resume with other images than those that the run began with. Default: false. */
  readonly acceptChangedData?: boolean | undefined;
  /** ISO 8601; of a resumed run, its first start. */
  readonly startedAt: string;
  /** What to type to have this run again; for the report. */
  readonly command: string;
  /** The folder of the data that the user named, for a later resume. */
  readonly data?: string | undefined;
  /** Asked between steps: true stops the run after a checkpoint. */
  readonly stop?: () => boolean;
}

const begun = (
  prepared: Prepared,
  { engine: { engine, reason }, store }: RunOptions,
  disk: DiskUse,
  memory: RunMemory | undefined,
): RunEvent => {
  const { config, dataset, train, validation, models } = prepared;
  return {
    kind: 'run',
    engine: engineInfoOf(engine),
    reason,
    preset: config.name,
    seed: config.seed,
    dataset: {
      name: dataset.name,
      classes: dataset.classes.length,
      train: train.count,
      validation: validation.count,
      test: dataset.test.count,
    },
    epochs: config.epochs,
    stepsPerEpoch: batchCount(train.count, config.batchSize),
    store: store.name,
    ...(memory === undefined ? {} : { memory }),
    disk,
    models: models.map(({ name, title, declaration }) => ({
      name,
      title,
      parameters: countParameters(declaration),
      macs: declaration.macs,
    })),
  };
};

const linesOf = (tested: Tested): readonly string[] => [
  ...epochLines(tested.model.name, tested.progress.history),
  testLine(tested),
];

const trainOne = (
  prepared: Prepared,
  model: PreparedModel,
  linesBefore: readonly string[],
  options: RunOptions,
): TE.TaskEither<RunError, Trained> => {
  const { store, report, engine, resume, stop, acceptChangedData } = options;
  const { name } = model;
  return pipe(
    resume ? store.loadCheckpoint(name) : TE.right(undefined),
    TE.chainFirstIOK((checkpoint) => () => {
      const { epoch, batchesDone } = checkpoint?.progress ?? {};
      report({
        kind: 'model',
        model: name,
        ...(epoch === undefined || batchesDone === undefined ? {} : { resumed: { epoch: epoch + 1, batchesDone } }),
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
        onEvent: (event) => {
          // The warnings of the pipeline, which all models share, were reported when the run began.
          if (event.kind !== 'warning') report({ ...event, model: name });
          else if (!prepared.pipeline.warnings.includes(event.message)) report(event);
        },
        ...(stop === undefined ? {} : { stop }),
      }),
    ),
    TE.chainFirstW((trained) => {
      if (!isTested(trained)) return TE.right<RunError, void>(undefined);
      const { totals, summary } = trained.test;
      report({ kind: 'test', model: name, images: totals.examples, metrics: summary });
      return store.writeMetrics([...linesBefore, ...linesOf(trained)]);
    }),
  );
};

const trainAll =
  (prepared: Prepared, options: RunOptions): TE.TaskEither<RunError, readonly Trained[]> =>
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

/**
 * Runs a prepared experiment, or the rest of it with `resume`.
 *
 * @example
 * const end = await orThrow(
 *   runExperiment(orThrow(prepare(presets.quickstart, dataset)), {
 *     engine: await orThrow(chooseEngine('auto')),
 *     store: memoryStore(),
 *     report: (event) => console.log(event.kind),
 *     resume: false,
 *     startedAt: new Date().toISOString(),
 *     command: 'npm start',
 *   }),
 * );
 */
export const runExperiment = (prepared: Prepared, options: RunOptions): TE.TaskEither<RunError, RunEnd> => {
  const { store, report, startedAt, command, engine, resume, data } = options;
  const finish = (tested: readonly Tested[]): TE.TaskEither<RunError, RunEnd> =>
    pipe(
      figuresOf(prepared, engine.engine, tested, figureIndex(prepared)),
      TE.map((figures) => resultsOf(prepared, tested, figures, { startedAt, engine: engine.engine.name, command })),
      TE.bindTo('results'),
      TE.bindW('path', ({ results }) => store.writeReport(renderReport(results))),
      TE.map(({ results, path }): RunEnd => {
        report({ kind: 'finished', results, report: path });
        return { kind: 'finished', results };
      }),
    );
  const { files } = prepared.dataset;
  const run = pipe(
    // First: what cannot fit is refused before anything is written.
    expectedMemory(prepared, engine.engine),
    TE.bindTo('memory'),
    TE.bindW('disk', () => checkRoom(prepared, store)),
    TE.chainFirstW(() =>
      resume ? store.reopen : store.begin({ config: prepared.config, startedAt, data, split: files?.split }),
    ),
    TE.chainFirstIOK(({ disk, memory }) => () => {
      report(begun(prepared, options, disk, memory));
      if (files !== undefined && files.skipped.length > 0) report({ kind: 'skipped', files: files.skipped });
      for (const message of prepared.pipeline.warnings) report({ kind: 'warning', message });
    }),
    TE.chainW(() => trainAll(prepared, options)),
    TE.chainW((trained) => {
      const tested = trained.filter(isTested);
      return tested.length < prepared.models.length ? TE.right<RunError, RunEnd>({ kind: 'stopped' }) : finish(tested);
    }),
  );
  return async () => {
    try {
      return await run();
    } finally {
      await store.release?.();
    }
  };
};
