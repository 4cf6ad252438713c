import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, configError } from '../core/config.js';
import type { Image } from '../data/image.js';
import { sameSize, showSize } from '../data/image.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { ModelParams } from '../models/classifier.js';
import { inputOf, tokensOf } from '../models/families.js';
import { type AttentionMap, attentionRollout } from '../plot/index.js';
import { looker, shownAs } from './look.js';
import type { TrainedModel } from './trained-model.js';

const noMap = (why: string): ConfigError => configError('model', `there is no map of its attention: ${why}`);

/**
 * Shows where a trained model looks on an image with raw values: the attention rollout over its blocks.
 *
 * Errors: a `ConfigError` for a model without patches or attention, or whose number of tokens changes, and for an image of another size.
 *
 * @example
 * const { model, config } = await orThrow(openRun('runs/first'));
 * const image = await orThrow(readImage('cat.jpg', decodingOf(model, config)));
 * const { weights, grid } = await orThrow(attentionMapper(engine, model)(image));
 */
export const attentionMapper = (engine: Engine, { config, model, params, pipeline }: TrainedModel) => {
  const lookAt = looker(engine, model);
  const held = engine.fromHost<ModelParams>(params);
  return (image: Image): TE.TaskEither<ConfigError | EngineError, AttentionMap> => {
    const tokens = tokensOf(config);
    const input = inputOf(config).image;
    if (tokens === undefined) return TE.left(noMap('it does not cut images into patches'));
    return pipe(
      TE.fromEither(pipeline.outputSize(image)),
      TE.filterOrElse(
        (size) => sameSize(size, input),
        (size) => configError('image', `expected ${showSize(input)} after preprocessing, got ${showSize(size)}`),
      ),
      TE.chainW(() => lookAt(held, pipeline.preprocess(image))),
      TE.chainEitherKW((look) =>
        pipe(
          attentionRollout({
            grid: { rows: tokens.rows, columns: tokens.columns },
            hasClassToken: tokens.before > 0,
            blocks: shownAs(look, 'weights').map(({ data }) => data),
          }),
          E.fromNullable(noMap('it has no attention between all of its patches in every block')),
        ),
      ),
    );
  };
};
