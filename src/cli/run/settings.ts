import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../../core/config.js';
import { type DatasetName, datasets } from '../../data/datasets.js';
import type { Dataset } from '../../data/image-source.js';
import type { ImageFolderOptions } from '../../data/node/images/read-image-folder.js';
import { datasetIn } from '../../data/node/load-dataset.js';
import type { ExperimentConfig } from '../../experiment/config.js';
import { imageSizeFor } from '../../experiment/image-size.js';
import { defaultRunPath, readConfig, readRunStart } from '../../experiment/node/run-start.js';
import { adaptTo } from '../../experiment/prepare.js';
import { presets } from '../../experiment/presets.js';
import { type RecipeOptions, recipeFor, recipeSize } from '../../experiment/recipe.js';
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
  /** The experiment for the images that were loaded. */
  readonly configure: (dataset: Dataset) => E.Either<ConfigError, ExperimentConfig>;
  /** Whether the recipe chose the experiment. */
  readonly recipe: boolean;
}

/** Chooses from an experiment what a run trains. */
export type Choose = (config: ExperimentConfig) => E.Either<ConfigError, ExperimentConfig>;

/** What a command trains. */
export interface Choice {
  readonly choose: Choose;
  /** What is given of the recipe for images of one's own; undefined for a command that compares models instead. */
  readonly recipe?: RecipeOptions;
}

/** How the images of a configuration are decoded, if it says so. */
const recorded = ({ images }: ExperimentConfig): ImageFolderOptions =>
  images === undefined ? {} : { ...images, size: { height: images.height, width: images.width } };

const filesAs = ({ fit, strict }: RunFlags): ImageFolderOptions => ({
  ...(fit === undefined ? {} : { fit }),
  ...(strict === undefined ? {} : { strict }),
});

const imagesOf = (config: ExperimentConfig, flags: RunFlags): ImageFolderOptions => ({
  size: imageSizeFor(config),
  ...recorded(config),
  ...(flags.size === undefined ? {} : { size: { height: flags.size, width: flags.size } }),
  ...filesAs(flags),
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
      configure: () => E.right(config),
      recipe: false,
    })),
  );

const withTraining =
  ({ epochs, batch, seed }: RunFlags, dataset: DatasetName) =>
  (config: ExperimentConfig): ExperimentConfig => ({
    ...config,
    dataset,
    ...(epochs === undefined ? {} : { epochs }),
    ...(batch === undefined ? {} : { batchSize: batch }),
    ...(seed === undefined ? {} : { seed }),
  });

const started = (
  flags: RunFlags,
  now: Date,
  { choose, recipe }: Choice,
): TE.TaskEither<FileError | ConfigError, Settings> =>
  pipe(
    flags.config === undefined
      ? TE.right<FileError | ConfigError, ExperimentConfig>(presets[flags.preset ?? 'quickstart'])
      : readConfig(flags.config),
    TE.chainEitherKW(choose),
    TE.bindTo('chosen'),
    TE.bind('dataset', ({ chosen }) => TE.fromTask(datasetOf(chosen, flags))),
    TE.map(({ chosen, dataset }): Settings => {
      const isOther = dataset !== chosen.dataset;
      const adapts = isOther || !('format' in datasets[dataset]);
      const options = flags.preset === undefined && flags.config === undefined && isOther ? recipe : undefined;
      const config = withTraining(flags, dataset)(chosen);
      return {
        config,
        folder: flags.out ?? defaultRunPath(now),
        startedAt: now.toISOString(),
        data: flags.data,
        resume: false,
        ...(options === undefined
          ? {
              recipe: false,
              images: imagesOf(chosen, flags),
              configure: (loaded) => (adapts ? adaptTo(loaded)(config) : E.right(config)),
            }
          : {
              recipe: true,
              images: { size: recipeSize(options), ...filesAs(flags) },
              configure: (loaded) =>
                pipe(recipeFor(loaded, options), E.chain(choose), E.map(withTraining(flags, dataset))),
            }),
      };
    }),
  );

/** From flags to settings: a preset or a configuration file with the flags applied, or a run to resume. */
export const settingsOf = (
  flags: RunFlags,
  now: Date,
  choice: Choice,
): TE.TaskEither<FileError | ConfigError, Settings> =>
  flags.resume === undefined ? started(flags, now, choice) : resumed(flags.resume, flags);
