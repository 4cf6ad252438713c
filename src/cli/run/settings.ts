import type * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../../core/config.js';
import { type DatasetName, datasets } from '../../data/datasets.js';
import type { ImageFolderOptions } from '../../data/node/images/read-image-folder.js';
import { datasetIn } from '../../data/node/load-dataset.js';
import type { ExperimentConfig } from '../../experiment/config.js';
import { imageSizeFor } from '../../experiment/image-size.js';
import { defaultRunPath, readConfig, readRunStart } from '../../experiment/node/run-start.js';
import { presets } from '../../experiment/presets.js';
import type { FileError } from '../../node/files.js';
import type { RunFlags } from '../flags.js';

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
  /** How images in folders are read. */
  readonly images: ImageFolderOptions;
  /** Whether to adapt the models to the data set, because it is not the one of the configuration or is of the user's own. */
  readonly adapt: boolean;
}

/** Chooses from an experiment what a run trains. */
export type Choose = (config: ExperimentConfig) => E.Either<ConfigError, ExperimentConfig>;

/** How the images of a configuration are decoded, if it says so. */
const recorded = ({ images }: ExperimentConfig): ImageFolderOptions =>
  images === undefined ? {} : { ...images, size: { height: images.height, width: images.width } };

const imagesOf = (config: ExperimentConfig, { size, fit, strict }: RunFlags): ImageFolderOptions => ({
  size: imageSizeFor(config),
  ...recorded(config),
  ...(size === undefined ? {} : { size: { height: size, width: size } }),
  ...(fit === undefined ? {} : { fit }),
  ...(strict === undefined ? {} : { strict }),
});

/** The data set of a run: the one that a flag names, the one found in the folder of the data, or that of the configuration. */
const datasetOf = ({ dataset }: ExperimentConfig, flags: RunFlags): T.Task<DatasetName> => {
  if (flags.dataset !== undefined) return T.of(flags.dataset);
  return flags.data === undefined ? T.of(dataset) : datasetIn(flags.data, dataset);
};

const resumed = (folder: string, flags: RunFlags): TE.TaskEither<FileError | ConfigError, Settings> =>
  pipe(
    readRunStart(folder),
    TE.map(({ config, startedAt, data, split }) => ({
      config,
      images: { ...recorded(config), ...(split === undefined ? {} : { split }) },
      folder,
      startedAt,
      data: flags.data ?? data,
      resume: true,
      adapt: false,
    })),
  );

const started = (flags: RunFlags, now: Date, choose: Choose): TE.TaskEither<FileError | ConfigError, Settings> =>
  pipe(
    flags.config === undefined
      ? TE.right<FileError | ConfigError, ExperimentConfig>(presets[flags.preset ?? 'quickstart'])
      : readConfig(flags.config),
    TE.chainEitherKW(choose),
    TE.bindTo('config'),
    TE.bind('dataset', ({ config }) => TE.fromTask(datasetOf(config, flags))),
    TE.map(({ config, dataset }) => ({
      config: {
        ...config,
        dataset,
        ...(flags.epochs === undefined ? {} : { epochs: flags.epochs }),
        ...(flags.batch === undefined ? {} : { batchSize: flags.batch }),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      },
      folder: flags.out ?? defaultRunPath(now),
      startedAt: now.toISOString(),
      data: flags.data,
      resume: false,
      images: imagesOf(config, flags),
      adapt: dataset !== config.dataset || !('format' in datasets[dataset]),
    })),
  );

/** From flags to settings: a preset or a configuration file with the flags applied, or a run to resume. */
export const settingsOf = (
  flags: RunFlags,
  now: Date,
  choose: Choose,
): TE.TaskEither<FileError | ConfigError, Settings> =>
  flags.resume === undefined ? started(flags, now, choose) : resumed(flags.resume, flags);
