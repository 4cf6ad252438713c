/**
 * What a law of transforms is about: a transform, and images for it.
 *
 * @module
 */
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { drawOnHost } from '../../core/host-draws.js';
import { fold, type Key, key as keyOf } from '../../core/key.js';
import { adapt } from '../../data/augment/adapt.js';
import type { AnyTransform, TransformData, TransformStep } from '../../data/augment/define-transform.js';
import { type Pipeline, pipeline } from '../../data/augment/pipeline.js';
import { blank, type Image, type ImageSize, showSize } from '../../data/image.js';
import type { ImageSource } from '../../data/image-source.js';
import type { Problem } from '../law.js';

/**
 * A transform and its definition.
 *
 * @example
 * const subject: TransformSubject = { definition: posterize, transform: { kind: 'posterize', levels: 4 } };
 */
export interface TransformSubject {
  readonly definition: AnyTransform;
  /** The kind and the settings, as in a configuration. */
  readonly transform: TransformData;
  /** Sizes of images that it takes. Default: 1 to 8 pixels, with 1 or 3 channels. */
  readonly sizes?: fc.Arbitrary<ImageSize>;
}

/** A transform with a size of images, and a seed for their pixels and for the key. */
export interface TransformCase extends TransformSubject {
  readonly size: ImageSize;
  readonly seed: number;
}

const side = fc.integer({ min: 1, max: 8 });
const usualSizes: fc.Arbitrary<ImageSize> = fc.record({ height: side, width: side, channels: fc.constantFrom(1, 3) });

/** Cases print as the size of the images and the seed. */
export const casesOf = (given: TransformSubject): fc.Arbitrary<TransformCase> =>
  fc.tuple(given.sizes ?? usualSizes, fc.nat(9999)).map(([size, seed]) => ({
    ...given,
    size,
    seed,
    [fc.toStringMethod]: () => `images ${showSize(size)}, seed ${seed}`,
  }));

/** Bytes, as numbers. */
const imageOf = (seed: Key, size: ImageSize): Image => ({
  ...blank(size),
  data: Float32Array.from(
    drawOnHost(seed, { kind: 'uniform' }, [size.height * size.width * size.channels]).data,
    (value) => Math.floor(value * 256),
  ),
});

/** A few images of a case. */
export const sourceOf = ({ size, seed }: TransformCase): ImageSource => ({
  count: 3,
  classes: ['one'],
  label: () => 0,
  image: (index) => imageOf(fold(keyOf(seed), index), size),
});

/** A transform that is adapted to the images of its case, alone in a pipeline. */
export interface Prepared {
  readonly transform: TransformData;
  readonly step: TransformStep;
  readonly pipeline: Pipeline;
  readonly source: ImageSource;
  readonly image: Image;
  readonly key: Key;
}

/** Applies `f` to a prepared transform. Sizes that it refuses are left out. */
export const withPrepared = <R extends Problem | Promise<Problem>>(
  given: TransformCase,
  f: (prepared: Prepared) => R,
): R | Problem => {
  const { definition, size, seed } = given;
  const custom = [definition];
  const source = sourceOf(given);
  const prepared = pipe(
    adapt([given.transform], source, { custom }),
    E.chainW((transforms) =>
      pipe(
        E.Do,
        E.apS('pipeline', pipeline(transforms, { custom })),
        E.apS('step', definition.step(transforms[0] ?? given.transform)),
        E.let('transform', () => transforms[0] ?? given.transform),
      ),
    ),
  );
  if (E.isLeft(prepared)) return `the transform cannot run: ${prepared.left.message}`;
  fc.pre(prepared.right.step.problem(size) === undefined);
  return f({ ...prepared.right, source, image: source.image(0), key: fold(keyOf(seed), 'transform') });
};
