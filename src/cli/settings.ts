import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import type { ExperimentConfig } from '../experiment/config.js';
import { defaultRunPath, readConfig, readRunStart } from '../experiment/node/run-start.js';
import { presets } from '../experiment/presets.js';
import type { FileError } from '../node/files.js';
import type { Flags } from './flags.js';

/** What to run and where. */
export interface Settings {
  readonly config: ExperimentConfig;
  /** The folder of the run. */
  readonly folder: string;
  /** ISO 8601. For a resumed run: when it first started. */
  readonly startedAt: string;
  /** The folder of the data, if given. */
  readonly data: string | undefined;
  readonly resume: boolean;
  /** Whether to adapt the models to the data set, because it is not the one of the configuration. */
  readonly adapt: boolean;
}

const resumed = (folder: string, flags: Flags): TE.TaskEither<FileError | ConfigError, Settings> =>
  pipe(
    readRunStart(folder),
    TE.map(({ config, startedAt, data }) => ({
      config,
      folder,
      startedAt,
      data: flags.data ?? data,
      resume: true,
      adapt: false,
    })),
  );

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
      folder: flags.out ?? defaultRunPath(now),
      startedAt: now.toISOString(),
      data: flags.data,
      resume: false,
      adapt: flags.dataset !== undefined && flags.dataset !== config.dataset,
    })),
  );

/** From flags to settings: a preset or a configuration file with the flags applied, or a run to resume. */
export const settingsOf = (flags: Flags, now: Date): TE.TaskEither<FileError | ConfigError, Settings> =>
  flags.resume === undefined ? started(flags, now) : resumed(flags.resume, flags);
