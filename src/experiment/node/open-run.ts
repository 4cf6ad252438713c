/**
 * The models of a run, to be used.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, record } from '../../core/config.js';
import type { ShapeError } from '../../core/errors.js';
import { exists } from '../../node/exists.js';
import { type FileError, fileError, fileProblem } from '../../node/file-error.js';
import { type Checkpoint, type CheckpointError, checkpointError } from '../../train/checkpoint.js';
import { loadCheckpoint } from '../../train/node/checkpoint-file.js';
import { ExperimentConfig } from '../config.js';
import { sameJson } from '../same-json.js';
import type { RunStart } from '../store.js';
import { type TrainedModel, trainedModel } from '../trained-model.js';
import { folderStore } from './folder-store.js';
import { readRunStart, runFile } from './run-start.js';

/** A trained model of a run, with what is known about the run. */
export interface RunModel {
  readonly name: string;
  readonly title: string;
  readonly model: TrainedModel;
  /** The file that it was read from. */
  readonly path: string;
  /** How many epochs it was trained. */
  readonly epochs: number;
  /** The experiment that it was trained in; undefined for a checkpoint of another program. */
  readonly config: ExperimentConfig | undefined;
  /** How the run began; undefined for a checkpoint that does not lie in the folder of its run. */
  readonly start: RunStart | undefined;
}

export interface OpenRunOptions {
  /** The name of the model; default: the last one of the run, which it compares with the others. */
  readonly model?: string | undefined;
  /** Whether to take the epoch with the best validation accuracy instead of the newest. Default: false. */
  readonly best?: boolean | undefined;
}

export type OpenRunError = FileError | CheckpointError | ConfigError | ShapeError;

/** Whether a path is the folder of a run (with how it began) or a file, which may be a checkpoint (undefined). */
export const runAt = (path: string): TE.TaskEither<FileError | ConfigError, RunStart | undefined> =>
  pipe(
    TE.tryCatch(
      () => stat(path),
      (thrown) => fileError(path, `${fileProblem(thrown)}; expected the folder of a run, or a checkpoint`),
    ),
    TE.chainW((found) => {
      if (!found.isDirectory()) return TE.right(undefined);
      return pipe(
        TE.fromTask(exists(runFile(path))),
        TE.filterOrElseW(
          (there) => there,
          () => fileError(path, 'this folder holds no run: expected a run.json in it'),
        ),
        TE.chainW(() => readRunStart(path)),
      );
    }),
  );

const InCheckpoint = record('a run', { model: t.string, config: ExperimentConfig });

const opened = (path: string, checkpoint: Checkpoint, start: RunStart | undefined): E.Either<OpenRunError, RunModel> =>
  pipe(
    trainedModel(path)(checkpoint),
    E.map((model): RunModel => {
      const run = decode(InCheckpoint)(checkpoint.info.run);
      const config = E.isRight(run) ? run.right.config : undefined;
      const name = E.isRight(run) ? run.right.model : basename(path).replace(/\.safetensors$/, '');
      return {
        name,
        title: config?.models.find((one) => one.name === name)?.title ?? name,
        model,
        path,
        epochs: checkpoint.progress.epoch,
        config,
        start,
      };
    }),
  );

const fromRun = (
  folder: string,
  start: RunStart,
  { model, best = false }: OpenRunOptions,
): TE.TaskEither<OpenRunError, RunModel> => {
  const names = start.config.models.map(({ name }) => name);
  const name = model ?? names.at(-1) ?? '';
  if (!names.includes(name))
    return TE.left(
      configError('model', `expected a model of this run: ${names.map((one) => `'${one}'`).join(', ')}; got '${name}'`),
    );
  const path = folderStore(folder).checkpointName(best ? `${name}.best` : name);
  const missing = best
    ? `there is no checkpoint of the best epoch of '${name}': the run validates nothing, or stopped before the end of an epoch`
    : `there is no checkpoint of '${name}': the run stopped before it was written. Resume it with --resume ${folder}`;
  return pipe(
    TE.fromTask(exists(path)),
    TE.filterOrElseW(
      (there) => there,
      () => fileError(path, missing),
    ),
    TE.chainW(() => loadCheckpoint(path)),
    TE.chainEitherKW((checkpoint) => opened(path, checkpoint, start)),
    TE.filterOrElseW(
      (found) => found.name === name && sameJson(found.config, start.config),
      (found) =>
        checkpointError(
          path,
          found.name === name
            ? `is of another run than ${runFile(folder)} says. To use it all the same, name the file itself`
            : `is of another model: expected '${name}', got '${found.name}'. To use it all the same, name the file itself`,
        ),
    ),
  );
};

/** A checkpoint, with its run if it lies in the folder of one. */
const fromCheckpoint = (path: string): TE.TaskEither<OpenRunError, RunModel> =>
  pipe(
    loadCheckpoint(path),
    TE.bindTo('checkpoint'),
    TE.bindW('isInRun', () => TE.fromTask(exists(runFile(dirname(path))))),
    TE.bindW('start', ({ isInRun }) => (isInRun ? readRunStart(dirname(path)) : TE.right(undefined))),
    TE.chainEitherKW(({ checkpoint, start }) => opened(path, checkpoint, start)),
  );

/**
 * Opens a model of a run to use it: `run` is the folder of a run, finished or not, or a checkpoint alone.
 *
 * Errors: a `FileError` if there is no such run or checkpoint, a `CheckpointError` for a checkpoint that is damaged, is none or is of
 * another version or model, a `ConfigError` for a model that the run does not have.
 *
 * @example
 * const { model, title } = await orThrow(openRun('runs/first', { best: true }));
 */
export const openRun = (run: string, options: OpenRunOptions = {}): TE.TaskEither<OpenRunError, RunModel> =>
  pipe(
    runAt(run),
    TE.chainW((start) => {
      if (start !== undefined) return fromRun(run, start, options);
      return options.model === undefined && options.best !== true
        ? fromCheckpoint(run)
        : TE.left(
            configError(options.model === undefined ? 'best' : 'model', `${run} is a checkpoint alone: leave this out`),
          );
    }),
  );
