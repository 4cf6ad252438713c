/**
 * Batches of transformed images. What an image becomes depends on the key of the epoch and on the image's own position
 * in the data set, never on the batch that it falls into.
 *
 * @module
 */
import { permutation } from '../core/host-draws.js';
import { float32, type HostTensor, int32 } from '../core/host-tensor.js';
import { fold, type Key } from '../core/key.js';
import type { Pipeline } from './augment/pipeline.js';
import { imageAt, type LabeledImages } from './dataset.js';
import type { Image } from './image.js';

export interface Batch {
  /** float32 [batch, row, column, channel] */
  readonly images: HostTensor;
  /** int32 [batch] */
  readonly labels: HostTensor;
}

/** The order in which an epoch visits its images. The key of the epoch may serve `trainBatch` too. */
export const epochOrder = (epochKey: Key, count: number): Uint32Array => permutation(fold(epochKey, 'order'), count);

/** How many batches hold `count` images; the last one may be smaller. */
export const batchCount = (count: number, size: number): number => Math.ceil(count / size);

const assemble = (
  images: LabeledImages,
  indices: ArrayLike<number>,
  { output }: Pipeline,
  transform: (image: Image, index: number) => Image,
): Batch => {
  const { height: rows, width: columns, channels } = output(images);
  const length = rows * columns * channels;
  const pixels = new Float32Array(indices.length * length);
  const labels = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    pixels.set(transform(imageAt(images, index), index).data, i * length);
    labels[i] = images.labels[index]!;
  }
  return {
    images: float32([indices.length, rows, columns, channels], pixels),
    labels: int32([indices.length], labels),
  };
};

/** The images at these positions, transformed for training. */
export const trainBatch = (
  images: LabeledImages,
  indices: ArrayLike<number>,
  pipeline: Pipeline,
  epochKey: Key,
): Batch => {
  const key = fold(epochKey, 'augment');
  return assemble(images, indices, pipeline, (image, index) => pipeline.train(fold(key, index), image));
};

/** A batch that is wanted: plain data, which can be sent to another thread. */
export interface BatchRequest {
  readonly images: LabeledImages;
  readonly indices: Uint32Array;
  /** Of the epoch, for a batch to train on; without one the images are transformed for evaluation. */
  readonly epochKey?: Key;
}

/** Makes what is requested: the same bits wherever and whenever it is done. */
export const makeBatch =
  (pipeline: Pipeline) =>
  ({ images, indices, epochKey }: BatchRequest): Batch =>
    epochKey === undefined
      ? assemble(images, indices, pipeline, pipeline.evaluate)
      : trainBatch(images, indices, pipeline, epochKey);

/** The batches of an epoch in order, but for the first `done`; the last one may be smaller. */
export const epochRequests = (
  images: LabeledImages,
  size: number,
  epochKey: Key,
  done = 0,
): Iterable<BatchRequest> => ({
  *[Symbol.iterator]() {
    const order = epochOrder(epochKey, images.count);
    // Copies: a view that is sent to another thread takes the whole order along.
    for (let from = done * size; from < images.count; from += size)
      yield { images, indices: order.slice(from, from + size), epochKey };
  },
});

/** Every image once and in order, for evaluation; the last batch may be smaller. */
export const evaluationRequests = (images: LabeledImages, size: number): Iterable<BatchRequest> => ({
  *[Symbol.iterator]() {
    for (let from = 0; from < images.count; from += size)
      yield { images, indices: Uint32Array.from({ length: Math.min(size, images.count - from) }, (_, i) => from + i) };
  },
});

/** The batches of `evaluationRequests`, each made as it is read. */
export const evaluationBatches = (images: LabeledImages, pipeline: Pipeline, size: number): Iterable<Batch> => ({
  *[Symbol.iterator]() {
    for (const request of evaluationRequests(images, size)) yield makeBatch(pipeline)(request);
  },
});
