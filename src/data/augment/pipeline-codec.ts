import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import type { AnyTransform, TransformData } from './define-transform.js';
import { type Pipeline, pipeline } from './pipeline.js';
import { transformsWith } from './transforms.js';

/**
 * The codec of pipelines, for a checkpoint: a pipeline is stored as its transforms, and decoding checks them as `pipeline`
 * does.
 *
 * @example
 * const stored = JSON.stringify(pipelineWith().encode(images));
 * const loaded = decode(pipelineWith())(JSON.parse(stored));
 */
export const pipelineWith = (
  custom: readonly AnyTransform[] = [],
): t.Type<Pipeline, readonly TransformData[], unknown> =>
  new t.Type(
    'a pipeline',
    (value): value is Pipeline => typeof value === 'object' && value !== null && 'augment' in value,
    (value, context) =>
      pipe(
        transformsWith(custom).validate(value, context),
        E.chain((transforms) =>
          pipe(
            pipeline(transforms, { custom }),
            E.orElse(({ message }) => t.failure<Pipeline>(value, context, message)),
          ),
        ),
      ),
    ({ transforms }) => transforms,
  );
