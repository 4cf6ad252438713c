/**
 * The recipe for images of one's own: a model and a training that are chosen from the number and the size of the images.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError, decode } from '../core/config.js';
import type { Dataset } from '../data/image-source.js';
import type { VitConfig } from '../models/vit/config.js';
import { officialModels } from '../models/vit/presets.js';
import { ExperimentConfig } from './config.js';
import { type PixelSize, smallSizeOf } from './image-size.js';
import { presets } from './presets.js';

/** What may be chosen otherwise. */
export interface RecipeOptions {
  /** The side of the images that the model takes, in pixels. Default: 64 for photographs, that of the images if it is smaller. */
  readonly size?: number | undefined;
  /** The side of a patch, in pixels. Default: an eighth of the side of the images. */
  readonly patch?: number | undefined;
  /** The number of transformer blocks. Default: 6. */
  readonly depth?: number | undefined;
  /** The width of a token, a multiple of the 32 of a head. Default: 128. */
  readonly width?: number | undefined;
}

/** The side of the images that the model takes, where the files are larger. */
const SIDE = 64;
/** Photographs are decoded larger than the model takes them, by this factor, for random crops. */
const MARGIN = 1.25;
const HEAD = 32;
/** How many images are trained on, each as often as there are epochs: ten minutes on two cores. */
const IMAGES = 160_000;
const EPOCHS = { fewest: 8, most: 150 };

/**
 * The size to which the files of a folder are decoded for the recipe: their own if it is the same for all and small, else a fourth
 * more than the model takes.
 *
 * @example
 * recipeSize()([{ height: 300, width: 400 }, { height: 1200, width: 900 }]); // { height: 80, width: 80 }
 */
export const recipeSize =
  ({ size }: RecipeOptions = {}) =>
  (files: readonly PixelSize[]): PixelSize => {
    const decoded = Math.round(MARGIN * (size ?? SIDE));
    return (size === undefined ? smallSizeOf(files) : undefined) ?? { height: decoded, width: decoded };
  };

/**
 * For how many epochs the recipe trains on so many images.
 *
 * @example
 * recipeEpochs(3200); // 50
 */
export const recipeEpochs = (images: number): number =>
  Math.min(EPOCHS.most, Math.max(EPOCHS.fewest, Math.round(IMAGES / images)));

/** The nearest multiple of the patch, at least one patch. */
const wholePatches = (pixels: number, patch: number): number => patch * Math.max(1, Math.round(pixels / patch));

const sideOf = ({ height, width }: PixelSize): number =>
  Math.max(height, width) <= SIDE ? Math.max(height, width) : Math.round(Math.max(height, width) / MARGIN);

const modelOf = (dataset: Dataset, { size, patch: ownPatch, depth = 6, width = 128 }: RecipeOptions): VitConfig => {
  const { height, width: across, channels } = dataset.train.image(0);
  const side = size ?? sideOf({ height, width: across });
  const patch = ownPatch ?? Math.max(2, Math.round(side / 8));
  const scaled = (pixels: number): number => wholePatches((pixels * side) / Math.max(height, across), patch);
  return {
    ...officialModels.sl,
    image: { height: scaled(height), width: scaled(across), channels },
    classes: dataset.classes.length,
    patch,
    dim: width,
    depth,
    heads: Math.max(1, Math.round(width / HEAD)),
    headDim: HEAD,
    attention: { kind: 'locality', temperature: 'temperature-per-head', maskDiagonal: true },
    mlp: { units: [2 * width, width], activateLast: false },
    pool: 'mean',
  };
};

const experimentOf = (dataset: Dataset, options: RecipeOptions): ExperimentConfig => {
  const model = modelOf(dataset, options);
  const { height, width } = model.image;
  return {
    ...presets.paper,
    name: 'recipe',
    dataset: 'image-folder',
    validation: 0.1,
    transforms: [
      { kind: 'random-resized-crop', height, width, area: [0.35, 1] },
      { kind: 'flip' },
      { kind: 'normalize' },
    ],
    models: [{ name: 'spt-lsa', title: 'SPT + LSA', config: model }],
    epochs: recipeEpochs(dataset.train.count),
    batchSize: 32,
    seed: 42,
    ...(dataset.files === undefined ? {} : { images: dataset.files.decoding }),
  };
};

/**
 * Chooses an experiment for images of one's own: a ViT with Shifted Patch Tokenization and Locality Self-Attention on images of up to
 * 64 × 64 pixels in 8 × 8 patches, trained with random crops and flips for as many epochs as ten minutes on two cores allow. The same images
 * give the same experiment on every machine. docs/results.md says what it reaches.
 *
 * The images of the data set are of the size that `recipeSize` chose. The experiment's `dataset` is `image-folder`.
 *
 * Errors: a `ConfigError` for an option that no model can have, or a data set without images.
 *
 * @example
 * const flowers = await orThrow(readImageFolder('flowers', { size: recipeSize() }));
 * const experiment = orThrow(recipeFor(flowers, { depth: 4 }));
 * const prepared = orThrow(prepare(experiment, flowers));
 */
export const recipeFor = (dataset: Dataset, options: RecipeOptions = {}): E.Either<ConfigError, ExperimentConfig> =>
  dataset.train.count > 0
    ? decode(ExperimentConfig)(experimentOf(dataset, options))
    : E.left(configError('dataset', `expected images to train on, but '${dataset.name}' has none`));
