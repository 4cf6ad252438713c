/**
 * How the run in a folder began: run.json, whose existence also says that the folder holds a run.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, record } from '../../core/config.js';
import { ImageSplit } from '../../data/image-split.js';
import { exists } from '../../node/exists.js';
import { createFile, type FileError, fileError, makeFolder, readBytes, writeAtomically } from '../../node/files.js';
import { ExperimentConfig } from '../config.js';
import type { RunStart } from '../store.js';

const Run = record(
  'a run',
  {
    startedAt: t.string,
    /** The folder that --data named, or null. */
    data: t.union([t.string, t.null], 'a folder, or null'),
    config: ExperimentConfig,
  },
  {
    partial: t.boolean,
    split: ImageSplit,
    /** The file with the weights that the models begin at, and their fingerprint. */
    from: record('weights', { path: t.string, fingerprint: t.string }),
  },
);

/** The file that makes a folder a run. */
export const runFile = (folder: string): string => join(folder, 'run.json');

const configFile = (folder: string): string => join(folder, 'config.json');

/** `runs/2026-11-24T10-20-11-3f9c0a`: the time, and a random part for runs that start in the same second. */
export const defaultRunPath = (startedAt: Date): string =>
  join('runs', `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-${randomBytes(3).toString('hex')}`);

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
export const readRunStart = (folder: string): TE.TaskEither<FileError | ConfigError, RunStart> =>
  pipe(
    readJson(runFile(folder)),
    TE.chainEitherKW(decodeFile(runFile(folder), Run)),
    TE.map(({ data, ...start }) => ({ ...start, data: data ?? undefined })),
  );

const json = (value: unknown): readonly string[] => [`${JSON.stringify(value, null, 2)}\n`];

const takenError = (folder: string): FileError =>
  fileError(folder, `this folder holds a run already: resume it with --resume ${folder}, or choose another --out`);

const writeConfig = (folder: string, config: ExperimentConfig): TE.TaskEither<FileError, void> =>
  writeAtomically(configFile(folder), json(config));

/** A run that was killed while it began may have left a config.json, which is replaced. Any other file of this name is not ours. */
const checkConfig = (folder: string): TE.TaskEither<FileError, void> =>
  pipe(
    TE.fromTask(exists(configFile(folder))),
    TE.chain((there) => (there ? readConfig(configFile(folder)) : TE.right(undefined))),
    TE.bimap(
      () => fileError(folder, 'this folder holds a config.json that is not of a run: choose another --out'),
      () => undefined,
    ),
  );

/**
 * Claims a folder for a new run: of several processes, one gets it. run.json appears at once and whole, and has all that a
 * resume needs; config.json is a copy for people and for --config.
 */
export const claimFolder = (
  folder: string,
  { config, startedAt, data, partial, split, from }: RunStart,
): TE.TaskEither<FileError, void> =>
  pipe(
    TE.fromTask(exists(runFile(folder))),
    TE.filterOrElse(
      (taken) => !taken,
      () => takenError(folder),
    ),
    TE.chain(() => makeFolder(folder)),
    TE.chain(() => checkConfig(folder)),
    TE.chain(() =>
      createFile(
        runFile(folder),
        json({
          startedAt,
          data: data === undefined ? null : resolve(data),
          partial,
          ...(from === undefined ? {} : { from: { path: resolve(from.path), fingerprint: from.fingerprint } }),
          config,
          split,
        }),
      ),
    ),
    TE.filterOrElse(
      (claimed) => claimed,
      () => takenError(folder),
    ),
    TE.chain(() => writeConfig(folder, config)),
  );

/** Opens the folder of a run to resume it, and writes config.json if the run was killed before that. */
export const reopenFolder = (folder: string): TE.TaskEither<FileError, void> =>
  pipe(
    readRunStart(folder),
    TE.mapLeft(({ message }) => fileError(folder, `the run in this folder cannot be resumed: ${message}`)),
    TE.chain(({ config }) =>
      pipe(
        TE.fromTask(exists(configFile(folder))),
        TE.chain((there) => (there ? TE.right(undefined) : writeConfig(folder, config))),
      ),
    ),
  );
