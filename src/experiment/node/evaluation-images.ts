import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, configError } from '../../core/config.js';
import { type DataError, dataError } from '../../data/data-error.js';
import type { DatasetName } from '../../data/datasets.js';
import type { Dataset, ImageSource } from '../../data/image-source.js';
import type { ImageSplit } from '../../data/image-split.js';
import { datasetIn, type LoadOptions, loadDataset } from '../../data/node/load-dataset.js';
import { relabelled } from '../../data/relabelled.js';
import type { Skipped } from '../../data/skipped.js';
import { exists } from '../../node/exists.js';
import { decodingOf } from '../decoding-of.js';
import type { RunModel } from './open-run.js';

/** Images to evaluate a model on, with its labels. */
export interface EvaluationImages {
  readonly name: string;
  /** The folder that they were read from, if one was given to the run or for this. */
  readonly folder: string | undefined;
  readonly source: ImageSource;
  /** Whether a data set has them for tests; otherwise they are all images of a folder. */
  readonly isTest: boolean;
  /** Whether they are those that the run tests on. */
  readonly isOwn: boolean;
  /** The path of each image within the folder, if the images are files. */
  readonly files: readonly string[] | undefined;
  readonly skipped: readonly Skipped[];
}

export interface EvaluationImagesOptions extends Omit<LoadOptions, 'images'> {
  /** Makes it an error to leave out a file. Default: false. */
  readonly strict?: boolean | undefined;
  readonly onImage?: NonNullable<LoadOptions['images']>['onProgress'];
}

/** Which images: those of a data set, or the files of a split. */
interface Chosen {
  readonly dataset: DatasetName;
  readonly directory: string | undefined;
  readonly split: ImageSplit | undefined;
}

const nothing = { files: [], labels: [] };

/**
 * Whether a folder is the one that was split, or a copy of it: it has half of the files or more. Some may have been added or removed, but
 * nothing may be tested on images that were trained on.
 */
const isCopy = async (folder: string, { train, validation, test }: ImageSplit): Promise<boolean> => {
  const files = [train, validation, test].flatMap((part) => part.files);
  // Mutable: how many are there.
  let there = 0;
  for (const file of files) there += Number(await exists(join(folder, file))());
  return 2 * there >= files.length;
};

const choose = (
  { config, start, path }: RunModel,
  directory: string | undefined,
): TE.TaskEither<ConfigError, Chosen> => {
  if (directory !== undefined)
    return TE.fromTask(async () => ({
      dataset: await datasetIn(directory, config?.dataset ?? 'image-folder')(),
      directory,
      split: start?.split !== undefined && (await isCopy(directory, start.split)) ? start.split : undefined,
    }));
  return config === undefined || start === undefined
    ? TE.left(
        configError('--data', `expected a folder of images: ${path} is a checkpoint without the folder of its run`),
      )
    : TE.right({ dataset: config.dataset, directory: start.data, split: start.split });
};

const load = (opened: RunModel, { dataset, directory, split }: Chosen, options: EvaluationImagesOptions) => {
  const { strict = false, onImage, ...others } = options;
  const { height, width, ...decoding } = decodingOf(opened.model, opened.config);
  return loadDataset(dataset, {
    ...others,
    directory,
    partial: options.partial ?? (options.directory === undefined ? opened.start?.partial : undefined),
    images: {
      ...decoding,
      size: { height, width },
      strict,
      onProgress: onImage,
      testOnly: true,
      ...(split === undefined ? {} : { split: { ...split, train: nothing, validation: nothing } }),
    },
  });
};

/** A folder that is gone may have been moved. */
const movedFrom =
  ({ directory }: Chosen, options: EvaluationImagesOptions) =>
  (error: DataError): DataError =>
    options.directory === undefined && directory !== undefined && error.kind === 'missing'
      ? dataError(
          'missing',
          directory,
          'the images that the run tests on',
          error.actual,
          'Say with --data where they are.',
        )
      : error;

const testOf = (dataset: Dataset, { directory }: Chosen, isOwn: boolean): Omit<EvaluationImages, 'source'> => ({
  name: dataset.name,
  folder: directory,
  isOwn,
  isTest: isOwn || dataset.files === undefined || dataset.files.hasParts === true,
  files: dataset.files?.split.test.files,
  skipped: dataset.files?.skipped ?? [],
});

/**
 * Loads images to evaluate a model of a run on. Without a `directory`: those that the run tests on. In another `directory`: its test
 * images, or all images of a folder that has no parts; but a folder with half of the files of the run, or more, is taken for a copy of
 * its folder, so that nothing is tested on images that it was trained on.
 *
 * Errors: a `DataError` for images that cannot be loaded and for classes that are not those of the model, a `ConfigError` if it is
 * unknown what the run tests on.
 *
 * @example
 * const opened = await orThrow(openRun('runs/first'));
 * const { source } = await orThrow(evaluationImages(opened, { directory: 'new-photos' }));
 * const { test } = await orThrow(evaluateModel(engine, opened.model)(source));
 */
export const evaluationImages = (
  opened: RunModel,
  options: EvaluationImagesOptions = {},
): TE.TaskEither<DataError | ConfigError, EvaluationImages> =>
  pipe(
    choose(opened, options.directory),
    TE.chainW((chosen) =>
      pipe(
        load(opened, chosen, options),
        TE.mapLeft(movedFrom(chosen, options)),
        TE.chainEitherK((dataset) =>
          pipe(
            relabelled(opened.model.classes, chosen.directory ?? dataset.name)(dataset.test),
            E.map((source) => {
              const isOwn = options.directory === undefined || chosen.split !== undefined;
              return { ...testOf(dataset, chosen, isOwn), source };
            }),
          ),
        ),
      ),
    ),
  );
