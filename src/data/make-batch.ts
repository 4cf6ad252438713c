import * as E from 'fp-ts/lib/Either.js';
import { float32, int32 } from '../core/host-tensor.js';
import { fold } from '../core/key.js';
import type { Pipeline } from './augment/pipeline.js';
import type { Batch, BatchRequest } from './batch.js';
import { type BatchError, batchError } from './batch-error.js';
import { type Image, type ImageSize, sameSize, showSize } from './image.js';
import type { ImageSource } from './image-source.js';
import { isLabel } from './labels.js';

const refuse = (index: number, problem: string): E.Either<BatchError, never> =>
  E.left(batchError(`image ${index}: ${problem}`));

const lengthOf = ({ height, width, channels }: ImageSize): number => height * width * channels;

const rawImage = (source: ImageSource, index: number): E.Either<BatchError, Image> => {
  if (index >= source.count)
    return refuse(index, `expected a position in 0…${source.count - 1}: the source has ${source.count} images`);
  const image = source.image(index);
  return image.data.length === lengthOf(image)
    ? E.right(image)
    : refuse(index, `expected ${lengthOf(image)} values for ${showSize(image)}, got ${image.data.length}`);
};

const assemble = (pipeline: Pipeline, request: BatchRequest): E.Either<BatchError, Batch> => {
  const { purpose, epoch, index: batchIndex, count, source, indices, epochKey, problem } = request;
  if (problem !== undefined) return E.left(batchError(problem));
  const key = epochKey && fold(epochKey, 'augment');
  // Mutable, and local: the arrays are allocated when the size of the first image is known.
  let size: ImageSize | undefined;
  // Images of the size of the one before need no new check.
  let previous: ImageSize | undefined;
  let pixels = new Float32Array();
  const labels = new Int32Array(indices.length);
  source.willRead?.(Array.from(indices));
  for (const [i, index] of indices.entries()) {
    const raw = rawImage(source, index);
    if (E.isLeft(raw)) return raw;
    if (size === undefined || previous === undefined || !sameSize(raw.right, previous)) {
      const expected = pipeline.outputSize(raw.right);
      if (E.isLeft(expected)) return refuse(index, expected.left.message);
      previous = raw.right;
      if (size === undefined) {
        size = expected.right;
        pixels = new Float32Array(indices.length * lengthOf(size));
      }
      if (!sameSize(expected.right, size))
        return refuse(
          index,
          `expected ${showSize(size)}, the size of image ${indices[0]} of its batch, got ${showSize(expected.right)}. Add a resize to the transforms`,
        );
    }
    const image = key ? pipeline.augment(fold(key, index), raw.right) : pipeline.preprocess(raw.right);
    if (!sameSize(image, size) || image.data.length !== lengthOf(size))
      return refuse(
        index,
        `expected the transforms to return ${showSize(size)}, as their outputSize says, got ${showSize(image)} with ${image.data.length} values`,
      );
    const label = source.label(index);
    if (!isLabel(label, source.classes.length))
      return refuse(index, `expected a label that is a whole number in 0…${source.classes.length - 1}, got ${label}`);
    pixels.set(image.data, i * lengthOf(size));
    labels[i] = label;
  }
  if (size === undefined) return E.left(batchError('expected a batch of one image or more, got none'));
  return E.right({
    purpose,
    epoch,
    index: batchIndex,
    count,
    input: float32([indices.length, size.height, size.width, size.channels], pixels),
    target: int32([indices.length], labels),
  });
};

/**
 * Makes the batch of a request: the same bits in every thread and at any time. What becomes of an image depends on the
 * epoch's key and on the image's position in its source, not on the other images of its batch.
 *
 * Errors: a `BatchError` that names the image if its position or label is out of range, if the pipeline cannot run on it,
 * or if its size differs from that of the first one.
 *
 * @example
 * const [request] = validationRequests(dataset.test, { size: 64 });
 */
export const makeBatch =
  (pipeline: Pipeline) =>
  (request: BatchRequest): E.Either<BatchError, Batch> => {
    try {
      return assemble(pipeline, request);
    } catch (thrown) {
      // A source or a transform of the user's own may throw; memory may run out.
      const { indices } = request;
      const shown = `${indices.slice(0, 3).join(', ')}${indices.length > 3 ? ', …' : ''}`;
      return E.left(batchError(`the batch of images ${shown}: expected source and pipeline to work, got ${thrown}`));
    }
  };
