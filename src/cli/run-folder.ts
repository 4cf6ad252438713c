/**
 * The folder of a run: what is in it, and how it is found again.
 *
 * @module
 */
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, record } from '../core/config.js';
import { ExperimentConfig } from '../experiment/config.js';
import { exists as fileExists } from '../node/exists.js';
import { type FileError, fileError, makeFolder, readBytes, writeAtomically } from '../node/files.js';

/** What a run must know to go on: `run.json`. */
const Run = record('a run', {
  startedAt: t.string,
  /** The folder that --data named, or null. */
  data: t.union([t.string, t.null], 'a folder, or null'),
});
export type Run = t.TypeOf<typeof Run>;

export interface RunFolder {
  readonly path: string;
  readonly config: string;
  readonly run: string;
  readonly metrics: string;
  readonly report: string;
  readonly checkpoint: (model: string) => string;
}

export const runFolder = (path: string): RunFolder => ({
  path,
  config: join(path, 'config.json'),
  run: join(path, 'run.json'),
  metrics: join(path, 'metrics.jsonl'),
  report: join(path, 'report.html'),
  checkpoint: (model) => join(path, `${model}.safetensors`),
});

/** `runs/2026-11-24T10-20-11` */
export const defaultPath = (startedAt: Date): string =>
  join('runs', startedAt.toISOString().slice(0, 19).replaceAll(':', '-'));

export const exists = (path: string): TE.TaskEither<never, boolean> => TE.fromTask(fileExists(path));

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
  <A, O>(path: string, codec: t.Type<A, O>) =>
  (json: unknown): E.Either<ConfigError, A> =>
    pipe(
      decode(codec)(json),
      E.mapLeft((error) => configError(error.field, `${error.message.replace(`${error.field}: `, '')}, in ${path}`)),
    );

/** Reads an experiment, or says which field of which file is wrong. */
export const readConfig = (path: string): TE.TaskEither<FileError | ConfigError, ExperimentConfig> =>
  pipe(readJson(path), TE.chainEitherKW(decodeFile(path, ExperimentConfig)));

/** Reads what a run needs to go on. */
export const readRun = (folder: RunFolder): TE.TaskEither<FileError | ConfigError, Run> =>
  pipe(readJson(folder.run), TE.chainEitherKW(decodeFile(folder.run, Run)));

/** Makes the folder of a new run and writes its configuration; refuses one that holds a run already. */
export const beginRun = (
  folder: RunFolder,
  config: ExperimentConfig,
  run: { readonly startedAt: string; readonly data: string | undefined },
): TE.TaskEither<FileError, void> =>
  pipe(
    exists(folder.config),
    TE.filterOrElse(
      (taken) => !taken,
      () =>
        fileError(
          folder.path,
          `holds a run already: go on with it by --resume ${folder.path}, or choose another --out`,
        ),
    ),
    TE.chain(() => makeFolder(folder.path)),
    TE.chain(() => writeAtomically(folder.config, [`${JSON.stringify(config, null, 2)}\n`])),
    TE.chain(() =>
      writeAtomically(folder.run, [
        `${JSON.stringify({ startedAt: run.startedAt, data: run.data === undefined ? null : resolve(run.data) })}\n`,
      ]),
    ),
  );
