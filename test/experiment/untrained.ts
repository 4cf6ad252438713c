import type { ImageSize } from '../../src/data/image.js';
import { adapt, type TransformData } from '../../src/data/index.js';
import { type TrainedModel, trainedModel } from '../../src/experiment/index.js';
import { declareModel, inputOf, type ModelConfig } from '../../src/models/index.js';
import { tensorsByPath } from '../../src/train/checkpoint.js';
import { beginning } from '../../src/train/progress.js';
import { right, someImages } from '../data/fixtures.js';
import { movedParams } from '../support/moved-params.js';

/** A model as `loadModel` gives it, with parameters that nobody trained, for images of this size. */
export const untrained = (
  model: ModelConfig,
  transforms: readonly TransformData[],
  { height, width, channels }: ImageSize,
): TrainedModel => {
  const pipeline = right(adapt(transforms, someImages(10, height, width, channels)));
  const classes = Array.from({ length: inputOf(model).classes }, (_, i) => `class ${i}`);
  const params = movedParams(right(declareModel(model)).declaration.params);
  return right(
    trainedModel('untrained')({
      info: { version: '0', engine: { name: 'none', threads: 1 }, model, pipeline, classes, run: null },
      progress: beginning,
      tensors: tensorsByPath({ params }),
    }),
  );
};
