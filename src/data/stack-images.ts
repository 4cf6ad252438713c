import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError } from '../core/config.js';
import { float32, type HostTensor } from '../core/host-tensor.js';
import { type Image, sameSize, showSize } from './image.js';

/**
 * Images of one size as one tensor in host memory, `[batch, row, column, channel]`: what models take. A `ConfigError` for images of different
 * sizes, for an image without as many values as its size says or with a size that is none, and for no image.
 *
 * @example
 * const x = orThrow(stackImages([0, 1, 2].map((i) => pipeline.preprocess(dataset.test.image(i)))));
 */
export const stackImages = (images: readonly Image[]): E.Either<ConfigError, HostTensor> => {
  const [first] = images;
  if (first === undefined) return E.left(configError('images', 'expected one image or more, got none'));
  const { height, width, channels } = first;
  if (![height, width, channels].every((side) => Number.isSafeInteger(side) && side > 0))
    return E.left(configError('images.0', `expected sizes that are whole numbers above 0, got ${showSize(first)}`));
  const length = height * width * channels;
  const wrong = images.findIndex((image) => !sameSize(image, first) || image.data.length !== length);
  const found = images[wrong];
  if (found !== undefined)
    return E.left(
      configError(
        `images.${wrong}`,
        `expected ${showSize(first)} with ${length} values, as image 0, got ${showSize(found)} with ${found.data.length}`,
      ),
    );
  const data = new Float32Array(images.length * length);
  images.forEach((image, i) => {
    data.set(image.data, i * length);
  });
  return E.right(float32([images.length, height, width, channels], data));
};
