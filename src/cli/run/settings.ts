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
import type { Weights } from '../../experiment/initial-params.js';
import type { OpenRunError } from '../../experiment/node/open-run.js';
import { type FileWeights, readWeights } from '../../experiment/node/read-weights.js';
import { defaultRunPath, readConfig, readRunStart } from '../../experiment/node/run-start.js';
import { adaptTo } from '../../experiment/prepare.js';
import { presets } from '../../experiment/presets.js';
import { type RecipeOptions, recipeFor, recipeSize } from '../../experiment/recipe.js';
import type { RunFlags } from '../flags.js';
import { experimentOf, weightsOfRun, withRecipeEpochs } from './source.js';

/** What to run and where. */
export interface Settings {
  readonly config: ExperimentConfig;
  /** The folder of the run. */
  readonly folder: string;
  /** ISO 8601. For a resumed run: when it first started. */
  readonly startedAt: string;
  /** The folder of the data, if given. */
  readonly data: string | undefined;
  /** Whether CIFAR files may have fewer images than were published; undefined if nothing says so. */
  readonly partial: boolean | undefined;
  readonly resume: boolean;
  /** How images in folders are read. */
  readonly images: ImageFolderOptions;
  /** The experiment for the images that were loaded. */
  readonly configure: (dataset: Dataset) => E.Either<ConfigError, ExperimentConfig>;
  /** Whether the recipe chose the experiment. */
  readonly recipe: boolean;
  /** Where the models begin, if not at parameters that are drawn. */
  readonly from: Weights | undefined;
}

export type SettingsError = OpenRunError;

/** Chooses from an experiment what a run trains. */
export type Choose = (config: ExperimentConfig) => E.Either<ConfigError, ExperimentConfig>;

/** What a command trains. */
export interface Choice {
  readonly choose: Choose;
  /** What is given of the recipe for images of one's own; undefined for a command that compares models instead. */
  readonly recipe?: RecipeOptions;
  /** A trained model to begin at: a run, a checkpoint or a safetensors file. */
  readonly from?: string | undefined;
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

const resumed = (folder: string, flags: RunFlags): TE.TaskEither<SettingsError, Settings> =>
  pipe(
    readRunStart(folder),
    TE.bindTo('start'),
    TE.bindW('from', ({ start }) => weightsOfRun(folder, start)),
    TE.map(({ start: { config, startedAt, data, partial, split }, from }) => ({
      config,
      images: { ...recorded(config), ...(split === undefined ? {} : { split }) },
      folder,
      startedAt,
      data: flags.data ?? data,
      partial: flags.partial ?? partial,
      resume: true,
      configure: () => E.right(config),
      recipe: false,
      from,
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

const namedExperiment = ({
  config,
  preset = 'quickstart',
}: RunFlags): TE.TaskEither<SettingsError, ExperimentConfig> =>
  config === undefined ? TE.right(presets[preset]) : readConfig(config);

/** That of the trained model to begin at, unless another one is named, or the recipe. */
const experimentOfRun = (
  { config, preset }: RunFlags,
  { patch, depth, width }: RecipeOptions,
  from: FileWeights | undefined,
): ExperimentConfig | undefined =>
  [config, preset, patch, depth, width].every((given) => given === undefined) && from ? experimentOf(from) : undefined;

const started = (
  flags: RunFlags,
  now: Date,
  { choose, recipe, from: source }: Choice,
): TE.TaskEither<SettingsError, Settings> =>
  pipe(
    source === undefined ? TE.right<SettingsError, FileWeights | undefined>(undefined) : readWeights(source),
    TE.bindTo('from'),
    TE.let('ofRun', ({ from }) => experimentOfRun(flags, recipe ?? {}, from)),
    TE.bind('chosen', ({ ofRun }) =>
      pipe(ofRun === undefined ? namedExperiment(flags) : TE.right(ofRun), TE.chainEitherKW(choose)),
    ),
    TE.bind('dataset', ({ chosen }) => TE.fromTask(datasetOf(chosen, flags))),
    TE.map(({ chosen, dataset, from, ofRun }): Settings => {
      const isOther = dataset !== chosen.dataset;
      const adapts = isOther || !('format' in datasets[dataset]);
      const isRecipe = flags.preset === undefined && flags.config === undefined && ofRun === undefined && isOther;
      const options = isRecipe ? recipe : undefined;
      const config = withTraining(flags, dataset)(chosen);
      const configFor = (loaded: Dataset): ExperimentConfig =>
        ofRun === undefined ? config : withTraining(flags, dataset)(withRecipeEpochs(loaded)(chosen));
      return {
        config,
        folder: flags.out ?? defaultRunPath(now),
        startedAt: now.toISOString(),
        data: flags.data,
        partial: flags.partial,
        resume: false,
        from,
        ...(options === undefined
          ? {
              recipe: false,
              images: imagesOf(chosen, flags),
              configure: (loaded) => (adapts ? adaptTo(loaded)(configFor(loaded)) : E.right(config)),
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
export const settingsOf = (flags: RunFlags, now: Date, choice: Choice): TE.TaskEither<SettingsError, Settings> =>
  flags.resume === undefined ? started(flags, now, choice) : resumed(flags.resume, flags);
