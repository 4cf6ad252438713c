import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../../core/config.js';
import type { Image } from '../../data/image.js';
import type { ImageDecoding } from '../../data/image-decoding.js';
import { readImageFile } from '../../data/node/images/read-image-file.js';
import type { Skipped } from '../../data/skipped.js';
import type { Engine, EngineError } from '../../engine/engine.js';
import type { Prediction, TrainedModel } from '../trained-model.js';

/** What became of one file. */
export type FilePrediction =
  | { readonly kind: 'predicted'; readonly path: string; readonly prediction: Prediction; readonly image: Image }
  | ({ readonly kind: 'skipped' } & Skipped);

/** How many files are decoded while others are predicted. */
const AHEAD = 8;

/**
 * Predicts image files one after the other, so that no prediction depends on the others, and gives each to `onEach` in their order. Files
 * that are no images, or damaged, are given as skipped. Any number of files takes the memory of a few. An error of `onEach` ends it.
 *
 * @example
 * const { model, config } = await orThrow(openRun('runs/first'));
 * const predict = predictFiles(engine, model, decodingOf(model, config));
 * await orThrow(predict(['cat.jpg'], (file) => TE.fromIO(() => console.log(file))));
 */
export const predictFiles = (engine: Engine, model: TrainedModel, decoding: ImageDecoding) => {
  const predict = model.predict(engine);
  const { height, width, channels } = decoding;
  const predicted = (path: string, pixels: Uint8Array): TE.TaskEither<ConfigError | EngineError, FilePrediction> => {
    const image = { height, width, channels, data: new Float32Array(pixels) };
    return pipe(
      predict([image]),
      TE.map(([prediction = { label: '', probabilities: [] }]) => ({ kind: 'predicted', path, prediction, image })),
    );
  };
  return <E = never>(
    paths: readonly string[],
    onEach: (file: FilePrediction) => TE.TaskEither<E, void>,
  ): TE.TaskEither<ConfigError | EngineError | E, void> =>
    async () => {
      for (const some of RA.chunksOf(AHEAD)(paths)) {
        const ahead = some.map((path) => ({ path, pixels: readImageFile(path, decoding)() }));
        for (const { path, pixels: decoded } of ahead) {
          const pixels = await decoded;
          const file: TE.TaskEither<ConfigError | EngineError, FilePrediction> = E.isLeft(pixels)
            ? TE.right({ kind: 'skipped', path, ...pixels.left })
            : predicted(path, pixels.right);
          const done = await pipe(file, TE.chainW(onEach))();
          if (E.isLeft(done)) return done;
        }
      }
      return E.right(undefined);
    };
};
