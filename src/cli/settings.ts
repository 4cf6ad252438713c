import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import type { ExperimentConfig } from '../experiment/config.js';
import { presets } from '../experiment/presets.js';
import type { FileError } from '../node/files.js';
import type { Flags } from './flags.js';
import { defaultPath, type RunFolder, readConfig, readRun, runFolder } from './run-folder.js';

/** What is to be run and where. */
export interface Settings {
  readonly config: ExperimentConfig;
  readonly folder: RunFolder;
  /** ISO 8601; of a resumed run, its first start. */
  readonly startedAt: string;
  readonly data: string | undefined;
  readonly resuming: boolean;
  /** Whether the models are to be made for the data set, because another than the configuration's own was asked for. */
  readonly adapt: boolean;
}

const resumed = (path: string, flags: Flags): TE.TaskEither<FileError | ConfigError, Settings> => {
  const folder = runFolder(path);
  return pipe(
    TE.Do,
    TE.bind('config', () => readConfig(folder.config)),
    TE.bindW('run', () => readRun(folder)),
    TE.map(({ config, run }) => ({
      config,
      folder,
      startedAt: run.startedAt,
      data: flags.data ?? run.data ?? undefined,
      resuming: true,
      adapt: false,
    })),
  );
};

const started = (flags: Flags, now: Date): TE.TaskEither<FileError | ConfigError, Settings> =>
  pipe(
    flags.config === undefined
      ? TE.right<FileError | ConfigError, ExperimentConfig>(presets[flags.preset ?? 'quickstart'])
      : readConfig(flags.config),
    TE.map((config) => ({
      config: {
        ...config,
        ...(flags.dataset === undefined ? {} : { dataset: flags.dataset }),
        ...(flags.epochs === undefined ? {} : { epochs: flags.epochs }),
        ...(flags.batch === undefined ? {} : { batchSize: flags.batch }),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      },
      folder: runFolder(flags.out ?? defaultPath(now)),
      startedAt: now.toISOString(),
      data: flags.data,
      resuming: false,
      adapt: flags.dataset !== undefined && flags.dataset !== config.dataset,
    })),
  );

/** From flags to settings: a preset or a file, with what the flags change; or a run that goes on. */
export const settingsOf = (flags: Flags, now: Date): TE.TaskEither<FileError | ConfigError, Settings> =>
  flags.resume === undefined ? started(flags, now) : resumed(flags.resume, flags);
