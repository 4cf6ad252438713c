import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, key } from '../../src/core/key.js';
import {
  adaptNormalization,
  batchCount,
  concatenateImages,
  epochOrder,
  epochRequests,
  evaluationBatches,
  imageAt,
  pipeline,
  trainBatch,
} from '../../src/data/index.js';
import { someImages } from './fixtures.js';

const images = someImages(23);
const statistics = adaptNormalization(images);
const way = pipeline(
  [
    { kind: 'shift', pixels: 1 },
    { kind: 'normalize' },
    { kind: 'resize', height: 6, width: 7 },
    { kind: 'flip' },
    { kind: 'rotate', factor: 0.1 },
    { kind: 'zoom', height: 0.2, width: 0.2 },
  ],
  statistics,
);

describe('trainBatch', () => {
  test('has the shape of the output, and the labels of its images', () => {
    const { images: pixels, labels } = trainBatch(images, [3, 22, 10], way, key(1));
    expect([pixels.dtype, pixels.shape, pixels.data.length]).toEqual(['float32', [3, 6, 7, 3], 378]);
    expect(labels).toEqual({ dtype: 'int32', shape: [3], data: Int32Array.of(3, 2, 0) });
  });

  test('makes the same of an image whatever batch it is in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 23 }), fc.integer(), (size, seed) => {
        const order = epochOrder(key(seed), images.count);
        const whole = trainBatch(images, order, way, key(seed)).images.data;
        const parts = Array.from({ length: batchCount(images.count, size) }, (_, i) =>
          Array.from(trainBatch(images, order.subarray(i * size, (i + 1) * size), way, key(seed)).images.data),
        );
        expect(parts.flat()).toEqual(Array.from(whole));
      }),
      { numRuns: 20 },
    );
  });

  test('makes something else of it in another epoch', () => {
    const [one, other] = [0, 1].map((epoch) => trainBatch(images, [5], way, fold(key(1), epoch)).images.data);
    expect(one).not.toEqual(other);
  });
});

describe('two images that are alike', () => {
  test('get transforms of their own', () => {
    const one = someImages(1);
    const pixels = trainBatch(concatenateImages([one, one]), [0, 1], way, key(1)).images.data;
    expect(pixels.slice(0, 126)).not.toEqual(pixels.slice(126));
  });
});

describe('epochOrder', () => {
  test('visits every image once, in an order of its key', () => {
    const order = epochOrder(key(4), 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(epochOrder(key(4), 1000)).toEqual(order);
    expect(epochOrder(key(5), 1000)).not.toEqual(order);
  });
});

describe('epochRequests', () => {
  test('asks for every image once, in the order of the epoch, but for the batches that are done', () => {
    const order = Array.from(epochOrder(key(6), images.count));
    const asked = (done?: number) =>
      [...epochRequests(images, 10, key(6), done)].map(({ indices }) => Array.from(indices));
    expect(asked()).toEqual([order.slice(0, 10), order.slice(10, 20), order.slice(20)]);
    expect(asked(2)).toEqual([order.slice(20)]);
  });
});

describe('evaluationBatches', () => {
  test('gives every image once and in order, the ragged last batch too, and again when read again', () => {
    const batches = evaluationBatches(images, way, 10);
    const read = [...batches];
    expect(read.map((batch) => batch.images.shape)).toEqual([
      [10, 6, 7, 3],
      [10, 6, 7, 3],
      [3, 6, 7, 3],
    ]);
    expect(read.length).toBe(batchCount(images.count, 10));
    expect(read.flatMap(({ labels }) => [...labels.data])).toEqual([...images.labels]);
    expect(read[2]!.images.data.slice(0, 126)).toEqual(way.evaluate(imageAt(images, 20)).data);
    expect([...batches]).toEqual(read);
  });
});
