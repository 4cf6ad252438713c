/**
 * The life of a run: trains the models of an experiment one after the other, evaluates them, and writes the report. It works over an
 * engine, a store and a reporter, so a command line, a sweep, a page and a test all run the same one.
 *
 * @module
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { countParameters } from '../core/declaration.js';
import { batchCount } from '../data/requests.js';
import { type RunResults, renderReport } from '../plot/index.js';
import { engineInfoOf } from '../train/origin.js';
import { checkRoom, type DiskUse } from './disk-use.js';
import { expectedMemory, type RunMemory } from './expected-memory.js';
import { type FigureError, figuresOf } from './figures.js';
import type { Prepared } from './prepare.js';
import { figureIndex, isTested, resultsOf, type Tested } from './results.js';
import type { RunEvent } from './run-events.js';
import { type TrainAllError, type TrainAllOptions, trainAll } from './train-all.js';

export type RunError = TrainAllError | FigureError;

/** How a run ended: with results, or stopped as it was asked to. */
export type RunEnd = { readonly kind: 'finished'; readonly results: RunResults } | { readonly kind: 'stopped' };

export interface RunOptions extends TrainAllOptions {
  /** ISO 8601; of a resumed run, its first start. */
  readonly startedAt: string;
  /** What to type to have this run again; for the report. */
  readonly command: string;
  /** What can be done with the trained models, and what to type for it; for the report. */
  readonly uses?: RunResults['uses'];
  /** The folder of the data that the user named, for a later resume. */
  readonly data?: string | undefined;
  /** Whether the files of its data set may have fewer images than were published, for a later resume. Default: false. */
  readonly partial?: boolean | undefined;
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

/**
 * Runs a prepared experiment, or the rest of it with `resume`.
 *
 * @example
 * const end = await orThrow(
 *   runExperiment(orThrow(prepare({ ...presets.quickstart, epochs: 1 }, dataset)), {
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
  const { store, report, startedAt, command, uses, engine, resume, data, partial } = options;
  const finish = (tested: readonly Tested[]): TE.TaskEither<RunError, RunEnd> =>
    pipe(
      figuresOf(prepared, engine.engine, tested, figureIndex(prepared)),
      TE.map((figures) =>
        resultsOf(prepared, tested, figures, { startedAt, engine: engine.engine.name, command, uses }),
      ),
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
      resume
        ? store.reopen
        : store.begin({ config: prepared.config, startedAt, data, partial, split: files?.split, from: prepared.from }),
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
