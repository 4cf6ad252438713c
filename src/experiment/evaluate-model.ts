/**
 * How good a trained model is, class by class and image by image.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, configError, decode, record, wholeNumber } from '../core/config.js';
import { type BatchError, batchError } from '../data/batch-error.js';
import type { Image } from '../data/image.js';
import type { ImageSource } from '../data/image-source.js';
import type { Engine, EngineError } from '../engine/engine.js';
import { type EvaluationResults, type Mistake, wilson } from '../plot/index.js';
import { calibrationOf } from './calibration.js';
import { classResults, confusionOf } from './class-results.js';
import { type Judged, judge } from './judge.js';
import { pixelImage } from './pixel-image.js';
import type { TrainedModel } from './trained-model.js';

/** What an evaluation measures. */
export type ModelEvaluation = Pick<EvaluationResults, 'test' | 'classes' | 'confusion' | 'calibration' | 'mistakes'>;

export type EvaluateModelError = ConfigError | BatchError | EngineError;

export interface EvaluateModelOptions {
  /** How many of the surest mistakes are kept. Default: 24. */
  readonly mistakes?: number;
  /** Called after each image with how many are done. */
  readonly onImage?: (done: number) => void;
}

const Numbers = record('evaluation options', { mistakes: wholeNumber });

/** How many images a source may decode ahead. */
const AHEAD = 64;

const imageAt = (source: ImageSource, index: number): E.Either<BatchError, Image> =>
  E.tryCatch(
    () => source.image(index),
    (thrown) => batchError(`image ${index}: expected an image, got ${thrown}`),
  );

const judgeAll =
  (source: ImageSource, score: ReturnType<TrainedModel['score']>, onImage: (done: number) => void) =>
  async (): Promise<E.Either<EvaluateModelError, readonly Judged[]>> => {
    const judged: Judged[] = [];
    for (let index = 0; index < source.count; index++) {
      if (index % AHEAD === 0)
        source.willRead?.(Array.from({ length: Math.min(AHEAD, source.count - index) }, (_, i) => index + i));
      const logits = await pipe(TE.fromEither(imageAt(source, index)), TE.chainW(score))();
      if (E.isLeft(logits)) return logits;
      if (!logits.right.every(Number.isFinite))
        return E.left(
          configError(
            'model',
            `expected finite numbers for image ${index}, got ${logits.right}: its training diverged`,
          ),
        );
      judged.push(judge(logits.right, source.label(index)));
      onImage(judged.length);
    }
    return E.right(judged);
  };

/** The wrong predictions with the highest confidence. */
const surestMistakes = (
  judged: readonly Judged[],
  source: ImageSource,
  most: number,
): E.Either<BatchError, readonly Mistake[]> =>
  pipe(
    judged
      .map((one, index) => ({ ...one, index }))
      .filter(({ label, predicted }) => label !== predicted)
      .sort((a, b) => b.confidence - a.confidence)
      .slice(0, most),
    E.traverseArray(({ index, label, predicted, confidence, probability }) =>
      pipe(
        imageAt(source, index),
        E.map((image) => ({
          index,
          image: pixelImage(image),
          label: source.classes[label] ?? `class ${label}`,
          predicted: source.classes[predicted] ?? `class ${predicted}`,
          confidence,
          probability,
        })),
      ),
    ),
  );

/**
 * Evaluates a trained model on images with raw values whose classes are its own, in its order. Each image is predicted alone, as
 * `predict` does, so no prediction depends on the other images.
 *
 * Errors: a `ConfigError` for images that the model cannot take, a `BatchError` for one that cannot be read, an `EngineError`.
 *
 * @example
 * const { model } = await orThrow(openRun('runs/first'));
 * const { test, classes, calibration } = await orThrow(evaluateModel(engine, model)(dataset.test));
 */
export const evaluateModel = (
  engine: Engine,
  model: TrainedModel,
  { mistakes = 24, onImage = () => {} }: EvaluateModelOptions = {},
) => {
  const score = model.score(engine);
  return (source: ImageSource): TE.TaskEither<EvaluateModelError, ModelEvaluation> =>
    pipe(
      TE.fromEither(decode(Numbers)({ mistakes })),
      TE.chainW(() => judgeAll(source, score, onImage)),
      TE.chainEitherKW((judged) =>
        pipe(
          surestMistakes(judged, source, mistakes),
          E.map((surest) => {
            const images = judged.length;
            const sum = (value: (one: Judged) => number): number => judged.reduce((all, one) => all + value(one), 0);
            const confusion = confusionOf(judged, model.classes.length);
            return {
              test: {
                images,
                loss: sum(({ loss }) => loss) / images,
                top1: wilson(
                  sum(({ top1 }) => top1),
                  images,
                ),
                top5: wilson(
                  sum(({ top5 }) => top5),
                  images,
                ),
              },
              classes: classResults(confusion, model.classes),
              confusion,
              calibration: calibrationOf(judged),
              mistakes: surest,
            };
          }),
        ),
      ),
    );
};
