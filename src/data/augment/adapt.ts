import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, positiveInteger, record } from '../../core/config.js';
import { messageOf } from '../../node/thrown.js';
import { type DataError, dataError } from '../data-error.js';
import type { ImageSize } from '../image.js';
import type { ImageSource } from '../image-source.js';
import type { AnyTransform, TransformData, TransformStep } from './define-transform.js';
import { definitionOf, transformsWith } from './transforms.js';

export interface CustomTransforms {
  /** Definitions of transforms that are not built in. */
  readonly custom?: readonly AnyTransform[];
}

/** The name of a transform in errors. */
export const fieldOf = (position: number): string => `transforms.${position}`;

const eachTransform = <E, A>(
  transforms: readonly TransformData[],
  custom: readonly AnyTransform[],
  use: (definition: AnyTransform, transform: TransformData) => E.Either<E | ConfigError, A>,
): E.Either<E | ConfigError, readonly A[]> =>
  pipe(
    // Decoded as one list, so that errors name the position.
    decode(t.type({ transforms: transformsWith(custom) }))({ transforms }),
    E.chainW((decoded) =>
      pipe(
        decoded.transforms,
        E.traverseArrayWithIndex((position, transform) =>
          pipe(
            definitionOf(transform, custom),
            E.fromNullable<E | ConfigError>(configError(fieldOf(position), `unknown kind '${transform.kind}'`)),
            E.chain((definition) => use(definition, transform)),
          ),
        ),
      ),
    ),
  );

/** The transforms with their settings decoded. */
export const stepsOf = (
  transforms: readonly TransformData[],
  custom: readonly AnyTransform[],
): E.Either<ConfigError, readonly TransformStep[]> =>
  eachTransform<never, TransformStep>(transforms, custom, (definition, transform) => definition.step(transform));

/**
 * Fills in the settings that depend on the training images: `mean` and `std` of each `normalize` that lacks them, from the
 * raw images of the source, wherever `normalize` is in the list. Reads every image once, or none if nothing is missing.
 *
 * Errors: a `ConfigError` that names the transform if it is unknown or its settings are wrong, a `DataError` if the images
 * have no such statistics.
 *
 * @example
 * const transforms = adapt([{ kind: 'normalize' }, { kind: 'flip' }], dataset.train);
 */
export const adapt = (
  transforms: readonly TransformData[],
  source: ImageSource,
  { custom = [] }: CustomTransforms = {},
): E.Either<ConfigError | DataError, readonly TransformData[]> =>
  eachTransform<DataError, TransformData>(transforms, custom, (definition, transform) => {
    try {
      return definition.adapt(transform, source);
    } catch (thrown) {
      // A source of the user's own may throw.
      return E.left(
        dataError('unreadable', 'the images', 'a source that can be read', messageOf(thrown), 'Check its image(i).'),
      );
    }
  });

/**
 * The size that images of this size come out with. Needs no statistics, so it works on a configuration.
 *
 * @example
 * outputSize([{ kind: 'resize', height: 72, width: 72 }], { height: 32, width: 32, channels: 3 });
 * // right({ height: 72, width: 72, channels: 3 })
 */
export const outputSize = (
  transforms: readonly TransformData[],
  input: ImageSize,
  { custom = [] }: CustomTransforms = {},
): E.Either<ConfigError, ImageSize> =>
  pipe(
    E.Do,
    // An image is an ImageSize too: `checkSize` leaves its pixels out.
    E.apS('input', checkSize(input)),
    E.apS('steps', stepsOf(transforms, custom)),
    E.map(({ input: first, steps }) => steps.reduce<ImageSize>((size, step) => step.outputSize(size), first)),
  );

const Size = record('the size of an image', {
  height: positiveInteger,
  width: positiveInteger,
  channels: positiveInteger,
});

/** Checks that an image can have this size. */
export const checkSize = ({ height, width, channels }: ImageSize): E.Either<ConfigError, ImageSize> =>
  decode(Size)({ height, width, channels });
