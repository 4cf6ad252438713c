/**
 * The folder of a run: what is in it, and how it is read again.
 *
 * @module
 */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, record } from '../../core/config.js';
import { type FileError, fileError, makeFolder, readBytes, writeAtomically } from '../../node/files.js';
import { loadCheckpoint, saveCheckpoint } from '../../train/node/checkpoint-file.js';
import { ExperimentConfig } from '../config.js';
import type { RunStart, Store } from '../store.js';

const Run = record('a run', {
  startedAt: t.string,
  /** The folder that --data named, or null. */
  data: t.union([t.string, t.null], 'a folder, or null'),
});

/** `runs/2026-11-24T10-20-11` */
export const defaultRunPath = (startedAt: Date): string =>
  join('runs', startedAt.toISOString().slice(0, 19).replaceAll(':', '-'));

const files = (path: string) => ({
  config: join(path, 'config.json'),
  run: join(path, 'run.json'),
  metrics: join(path, 'metrics.jsonl'),
  report: join(path, 'report.html'),
  checkpoint: (model: string) => join(path, `${model}.safetensors`),
});

const exists =
  (path: string): TE.TaskEither<never, boolean> =>
  async () =>
    E.right(
      await access(path).then(
        () => true,
        () => false,
      ),
    );

const readJson = (path: string): TE.TaskEither<FileError, unknown> =>
  pipe(
    readBytes(path),
    TE.chainEitherK((bytes) =>
      E.tryCatch(
        () => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
        (error) => fileError(path, `expected JSON: ${(error as Error).message}`),
      ),
    ),
  );

const decodeFile =
  <A>(path: string, codec: t.Type<A, unknown, unknown>) =>
  (json: unknown): E.Either<ConfigError, A> =>
    pipe(
      decode(codec)(json),
      E.mapLeft(({ field, problem }) => configError(field, `${problem}, in ${path}`)),
    );

/** Reads the configuration of an experiment, or says which field of the file is wrong. */
export const readConfig = (path: string): TE.TaskEither<FileError | ConfigError, ExperimentConfig> =>
  pipe(readJson(path), TE.chainEitherKW(decodeFile(path, ExperimentConfig)));

/** Reads how the run in a folder began. */
export const readRunStart = (path: string): TE.TaskEither<FileError | ConfigError, RunStart> =>
  pipe(
    TE.Do,
    TE.bind('config', () => readConfig(files(path).config)),
    TE.bindW('run', () => pipe(readJson(files(path).run), TE.chainEitherKW(decodeFile(files(path).run, Run)))),
    TE.map(({ config, run }) => ({ config, startedAt: run.startedAt, data: run.data ?? undefined })),
  );

const json = (value: unknown): readonly string[] => [`${JSON.stringify(value, null, 2)}\n`];

/**
 * A store that is a folder: config.json, run.json, metrics.jsonl, report.html, and a checkpoint NAME.safetensors for each model.
 * `begin` refuses a folder that holds a run.
 */
export const folderStore = (path: string): Store => {
  const { config, run, metrics, report, checkpoint } = files(path);
  return {
    name: path,
    begin: (start) =>
      pipe(
        exists(config),
        TE.filterOrElse(
          (taken) => !taken,
          () =>
            fileError(
              path,
              `this folder holds a run already: resume it with --resume ${path}, or choose another --out`,
            ),
        ),
        TE.chain(() => makeFolder(path)),
        TE.chain(() => writeAtomically(config, json(start.config))),
        TE.chain(() =>
          writeAtomically(
            run,
            json({ startedAt: start.startedAt, data: start.data === undefined ? null : resolve(start.data) }),
          ),
        ),
      ),
    loadCheckpoint: (model) =>
      pipe(
        exists(checkpoint(model)),
        TE.chainW((there) => (there ? loadCheckpoint(checkpoint(model)) : TE.right(undefined))),
      ),
    saveCheckpoint: (model, made) => saveCheckpoint(checkpoint(model), made),
    checkpointName: checkpoint,
    writeMetrics: (lines) => writeAtomically(metrics, [[...lines, ''].join('\n')]),
    writeReport: (html) =>
      pipe(
        writeAtomically(report, [html]),
        TE.map(() => report),
      ),
  };
};
