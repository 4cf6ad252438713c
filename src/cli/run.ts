/**
 * The main job: trains the models of an experiment one after the other, compares them, and writes the report.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import type { ShapeError } from '../core/errors.js';
import { batchCount } from '../data/batches.js';
import { type DataError, loadDataset } from '../data/index.js';
import type { ChosenEngine } from '../engine/choose.js';
import type { EngineError } from '../engine/engine.js';
import { figuresOf } from '../experiment/figures.js';
import { adaptTo, type Prepared, type PreparedModel, prepare } from '../experiment/prepare.js';
import { epochLines, figureIndex, isTested, resultsOf, type Tested, testLine } from '../experiment/results.js';
import { type Trained, trainModel } from '../experiment/train-model.js';
import { type FileError, writeAtomically } from '../node/files.js';
import { type RunResults, renderReport } from '../plot/index.js';
import { type Checkpoint, type CheckpointError, loadCheckpoint } from '../train/checkpoint.js';
import type { FitError } from '../train/fit-options.js';
import { downloadDisplay, progressDisplay } from './progress.js';
import { beginRun, exists, type RunFolder } from './run-folder.js';
import type { Settings } from './settings.js';
import { whole } from './text.js';

export type RunError = ConfigError | ShapeError | DataError | FileError | EngineError | CheckpointError | FitError;

/** How a run ended: with results, or stopped when it was asked to. */
export type RunEnd = { readonly kind: 'finished'; readonly results: RunResults } | { readonly kind: 'stopped' };

/** Loads the data and checks that everything fits, before anything is written. */
export const prepareRun = (settings: Settings, signal: AbortSignal): TE.TaskEither<RunError, Prepared> => {
  const download = downloadDisplay(settings.config.dataset);
  return pipe(
    loadDataset(settings.config.dataset, { directory: settings.data, signal, onProgress: download.onProgress }),
    TE.chainFirstIOK(() => download.end),
    TE.orElseFirstIOK(() => download.end),
    TE.chainEitherKW((dataset) =>
      prepare(settings.adapt ? adaptTo(dataset)(settings.config) : settings.config, dataset),
    ),
  );
};

export const describeRun = ({ config, dataset, train, validation }: Prepared, folder: RunFolder): string => {
  const counts = [
    `${whole(train.count)} training`,
    ...(validation.count > 0 ? [`${whole(validation.count)} validation`] : []),
    `${whole(dataset.test.count)} test`,
  ];
  return [
    `data     ${dataset.name}: ${counts.join(', ')} images, ${dataset.classes.length} classes`,
    `preset   ${config.name}: ${config.epochs} ${config.epochs === 1 ? 'epoch' : 'epochs'} of ${batchCount(train.count, config.batchSize)} steps, seed ${config.seed}`,
    `folder   ${folder.path}`,
  ].join('\n');
};

const resumeFrom = (settings: Settings, path: string): TE.TaskEither<RunError, Checkpoint | undefined> =>
  pipe(
    exists(path),
    TE.chainW((there) => (settings.resuming && there ? loadCheckpoint(path) : TE.right(undefined))),
  );

const trainOne = (
  settings: Settings,
  prepared: Prepared,
  engine: ChosenEngine,
  model: PreparedModel,
  linesBefore: readonly string[],
  stop: () => boolean,
): TE.TaskEither<RunError, Trained> => {
  const { folder } = settings;
  const checkpoint = folder.checkpoint(model.name);
  const write = (lines: readonly string[]): TE.TaskEither<FileError, void> =>
    writeAtomically(folder.metrics, [[...linesBefore, ...lines, ''].join('\n')]);
  return pipe(
    resumeFrom(settings, checkpoint),
    TE.chainW((resume) => {
      const display = progressDisplay({ title: model.title.padEnd(12), epochs: prepared.config.epochs });
      return pipe(
        trainModel(prepared, model, {
          engine: engine.engine,
          checkpoint,
          resume,
          onEvent: display.onEvent,
          onSaved: ({ history }) => write(epochLines(model.name, history)),
          stop,
        }),
        TE.chainFirstIOK(() => display.end),
        TE.orElseFirstIOK(() => display.end),
      );
    }),
    TE.chainFirstW((trained) => (isTested(trained) ? write(linesOf(trained)) : TE.right(undefined))),
  );
};

const linesOf = (tested: Tested): readonly string[] => [
  ...epochLines(tested.model.name, tested.fitted.progress.history),
  testLine(tested),
];

const trainAll =
  (
    settings: Settings,
    prepared: Prepared,
    engine: ChosenEngine,
    stop: () => boolean,
  ): TE.TaskEither<RunError, readonly Trained[]> =>
  async () => {
    const done: Trained[] = [];
    for (const model of prepared.models) {
      const lines = done.filter(isTested).flatMap(linesOf);
      const next = await trainOne(settings, prepared, engine, model, lines, stop)();
      if (E.isLeft(next)) return next;
      done.push(next.right);
      if (!isTested(next.right)) break;
    }
    return E.right(done);
  };

/** Trains, tests, draws and writes; `stop` is asked between steps. */
export const runExperiment = (
  settings: Settings,
  prepared: Prepared,
  engine: ChosenEngine,
  command: string,
  stop: () => boolean,
): TE.TaskEither<RunError, RunEnd> =>
  pipe(
    settings.resuming
      ? TE.right<FileError, void>(undefined)
      : beginRun(settings.folder, prepared.config, { startedAt: settings.startedAt, data: settings.data }),
    TE.chainW(() => trainAll(settings, prepared, engine, stop)),
    TE.chainW((trained) => {
      const tested = trained.filter(isTested);
      return tested.length < prepared.models.length
        ? TE.right<RunError, RunEnd>({ kind: 'stopped' })
        : pipe(
            figuresOf(prepared, engine.engine, tested, figureIndex(prepared)),
            TE.map((figures) =>
              resultsOf(prepared, tested, figures, {
                startedAt: settings.startedAt,
                engine: engine.engine.name,
                command,
              }),
            ),
            TE.chainFirstW((results) => writeAtomically(settings.folder.report, [renderReport(results)])),
            TE.map((results): RunEnd => ({ kind: 'finished', results })),
          );
    }),
  );
