import * as E from 'fp-ts/lib/Either.js';
import { datasets } from '../data/datasets.js';
import { type ImageSize, sameSize } from '../data/image.js';
import { defaultDecoding, type ImageDecoding } from '../data/image-decoding.js';
import { inputOf } from '../models/families.js';
import type { ExperimentConfig } from './config.js';
import type { TrainedModel } from './trained-model.js';

/** The size of the images of a data set that is not made of image files. */
const publishedSize = (config: ExperimentConfig | undefined): ImageSize | undefined => {
  if (config === undefined) return undefined;
  const entry = datasets[config.dataset];
  return 'format' in entry ? entry.image : undefined;
};

/**
 * How an image file is decoded for a trained model: as the files that it was trained on were. If it was not trained on files, they are
 * decoded to the size of its data set or, if that is unknown, to its own.
 *
 * @example
 * const { model, config } = await orThrow(openRun('runs/first'));
 * const image = await orThrow(readImage('cat.jpg', decodingOf(model, config)));
 */
export const decodingOf = (
  { config, pipeline }: Pick<TrainedModel, 'config' | 'pipeline'>,
  experiment: ExperimentConfig | undefined,
): ImageDecoding => {
  if (experiment?.images !== undefined) return experiment.images;
  const input = inputOf(config).image;
  const published = publishedSize(experiment);
  const after = published && pipeline.outputSize(published);
  const { height, width, channels } =
    published !== undefined && after !== undefined && E.isRight(after) && sameSize(after.right, input)
      ? published
      : input;
  return { height, width, channels, ...defaultDecoding, background: [...defaultDecoding.background] };
};
