import { softmax } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { imageShape } from '../../core/axes.js';
import { type ConfigError, configError } from '../../core/config.js';
import { evaluation } from '../../core/context.js';
import { observe } from '../../core/observe.js';
import { sameSize, showSize } from '../../data/image.js';
import type { ImageDecoding } from '../../data/image-decoding.js';
import type { EngineError } from '../../engine/engine.js';
import { type ExportError, type ExportedModel, exportFunction, type WeightType } from '../../engine/index.js';
import { isShownAs } from '../../engine/onnx-export/export-onnx.js';
import type { ModelParams } from '../../models/classifier.js';
import { inputOf, tokensOf } from '../../models/families.js';
import type { TrainedModel } from '../trained-model.js';
import { linearPreprocessing } from './linear-preprocessing.js';
import { preprocessTensors } from './preprocess-tensors.js';
import { rolloutTensors } from './rollout-tensors.js';

export interface ExportTrainedOptions {
  /** How image files become the images that the exported model takes: their size counts, the rest is recorded. */
  readonly decoding: ImageDecoding;
  /** What the model is called in the file. Default: its family. */
  readonly title?: string;
  /** In which type parameters are stored; computations are in float32 in any case. Default: float32. */
  readonly weights?: WeightType;
  /** `map` adds where the model looked, `all` also the attention weights of each block. Default: neither. */
  readonly attention?: 'map' | 'all' | undefined;
}

/** The name of the map of attention among the outputs. */
export const ATTENTION = 'attention';

type ExportTrainedError = ConfigError | EngineError | ExportError;

const noMap = configError(
  'attention',
  'expected a model with attention between all of its patches in every block, got another: export it without',
);

/** What is stored beside the graph. */
const metadataOf = (
  { config, classes, pipeline }: TrainedModel,
  { decoding, title = config.kind }: ExportTrainedOptions,
): Readonly<Record<string, string>> => ({
  title,
  classes: JSON.stringify(classes),
  // How files become images, and what the file then does to them.
  images: JSON.stringify(decoding),
  transforms: JSON.stringify(pipeline.transforms),
  model: JSON.stringify(config),
});

/**
 * A trained model as an ONNX file that needs nothing else: `images`, bytes 0…255 as `[batch, row, column, channel]` in the size of the
 * decoding, become `probabilities [batch, class]`. The transforms of the run are part of the file. With `attention`, there is an output
 * `attention [batch, row, column]`: the attention rollout over the patches, which adds up to 1. The metadata has `title`, and as JSON
 * `classes`, `images` (how files are decoded), `transforms` and `model`.
 *
 * Errors: a `ConfigError` for images that the model does not take, for transforms of your own that do more than resize and scale, and for
 * attention that there is not; otherwise those of `exportFunction`.
 *
 * @example
 * const { model, config } = await orThrow(openRun('runs/first'));
 * const { bytes } = orThrow(exportTrained(model, { decoding: decodingOf(model, config), attention: 'map' }));
 */
export const exportTrained = (
  trained: TrainedModel,
  options: ExportTrainedOptions,
): E.Either<ExportTrainedError, ExportedModel> => {
  const { model, params, config, pipeline } = trained;
  const { decoding, attention, weights = 'float32' } = options;
  const tokens = tokensOf(config);
  const { image } = inputOf(config);
  const inputs = { images: { ...imageShape(decoding), type: 'uint8' } } as const;
  return pipe(
    linearPreprocessing(pipeline, decoding),
    E.filterOrElse(
      ({ output }) => sameSize(output, image),
      ({ output }) => configError('images', `expected ${showSize(image)} after preprocessing, got ${showSize(output)}`),
    ),
    E.chainW((preprocessing) =>
      exportFunction<ModelParams, typeof inputs>(
        (held, { images }) => {
          const { output, shown } = observe(model)(held, preprocessTensors(preprocessing, images), evaluation);
          const blocks = Object.entries(shown).filter(([path]) => isShownAs(['weights'], path));
          const map =
            tokens === undefined || attention === undefined
              ? undefined
              : rolloutTensors(
                  tokens,
                  blocks.map(([, tensor]) => tensor),
                );
          return {
            probabilities: softmax(output),
            ...(map === undefined ? {} : { [ATTENTION]: map }),
            ...(attention === 'all' ? Object.fromEntries(blocks) : {}),
          };
        },
        params,
        {
          inputs,
          weights,
          metadata: metadataOf(trained, options),
        },
      ),
    ),
    E.filterOrElseW(
      ({ outputs }) => attention !== 'all' || outputs.some(({ name }) => name === ATTENTION),
      () => noMap,
    ),
  );
};
