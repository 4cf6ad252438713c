import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, key } from '../../src/core/key.js';
import {
  type BatchRequest,
  batchCount,
  concatenateSources,
  epochOrder,
  type ImageSource,
  makeBatch,
  type Pipeline,
  pipeline,
  trainingRequests,
  validationRequests,
} from '../../src/data/index.js';
import { adapted, image, labelsOf, left, right, someImages } from './fixtures.js';

const images = someImages(23);
const everything: Pipeline = adapted(
  [
    { kind: 'shift', pixels: 1 },
    { kind: 'normalize' },
    { kind: 'resize', height: 6, width: 7 },
    { kind: 'flip' },
    { kind: 'rotate', factor: 0.1 },
    { kind: 'zoom', height: 0.2, width: 0.2 },
  ],
  images,
);

const requestOf = (
  indices: ArrayLike<number>,
  { source = images, epochKey }: { readonly source?: ImageSource; readonly epochKey?: BatchRequest['epochKey'] } = {},
): BatchRequest => ({
  purpose: 'training',
  epoch: 4,
  index: 2,
  count: 3,
  source,
  indices: Uint32Array.from(indices),
  ...(epochKey === undefined ? {} : { epochKey }),
});

const pixelsOf = (indices: ArrayLike<number>, epochKey = key(1), source = images) =>
  right(makeBatch(everything)(requestOf(indices, { source, epochKey }))).input.data;

describe('makeBatch', () => {
  test('has the output size, the labels of its images and the tag of its request', () => {
    const { input, target, ...tag } = right(makeBatch(everything)(requestOf([3, 22, 10], { epochKey: key(1) })));
    expect([input.dtype, input.shape, input.data.length]).toEqual(['float32', [3, 6, 7, 3], 378]);
    expect(target).toEqual({ dtype: 'int32', shape: [3], data: Int32Array.of(3, 2, 0) });
    expect(tag).toEqual({ purpose: 'training', epoch: 4, index: 2, count: 3 });
  });

  test('transforms an image the same way in any batch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 23 }), fc.integer(), (size, seed) => {
        const order = epochOrder(key(seed), images.count);
        const whole = pixelsOf(order, key(seed));
        const pieces = Array.from({ length: batchCount(images.count, size) }, (_, i) =>
          Array.from(pixelsOf(order.subarray(i * size, (i + 1) * size), key(seed))),
        );
        expect(pieces.flat()).toEqual(Array.from(whole));
      }),
      { numRuns: 20 },
    );
  });

  test('transforms it differently in another epoch', () => {
    const [one, other] = [0, 1].map((epoch) => pixelsOf([5], fold(key(1), epoch)));
    expect(one).not.toEqual(other);
  });

  test('draws only from the key of the epoch and the position of the image', () => {
    const augmented = everything.augment(fold(fold(key(9), 'augment'), 7), images.image(7));
    expect(pixelsOf([7], key(9))).toEqual(augmented.data);
  });

  test('transforms equal images with different keys', () => {
    const one = someImages(1);
    const pixels = pixelsOf([0, 1], key(1), right(concatenateSources([one, one])));
    expect(pixels.slice(0, 126)).not.toEqual(pixels.slice(126));
  });

  test('only preprocesses without a key', () => {
    const { input } = right(makeBatch(everything)(requestOf([20])));
    expect(input.data).toEqual(everything.preprocess(images.image(20)).data);
  });

  test('takes images of different sizes if the pipeline resizes them', () => {
    const mixed = right(concatenateSources([someImages(2), someImages(1, 9, 8)]));
    expect(right(makeBatch(everything)(requestOf([0, 2, 1], { source: mixed }))).input.shape).toEqual([3, 6, 7, 3]);
  });
});

describe('a batch that cannot be made', () => {
  const plain = right(pipeline([]));
  const gray = right(pipeline([{ kind: 'normalize', mean: [0], std: [1] }]));
  const mixed = right(concatenateSources([someImages(2), someImages(1, 9, 8)]));
  const wrongData = { ...images, image: () => image(2, 2, 1, [1, 2, 3]) };
  const lying: Pipeline = { ...plain, preprocess: () => image(1, 1, 1, [0]) };
  const throwing: ImageSource = {
    ...images,
    image: () => {
      throw new Error('cannot be decoded');
    },
  };
  test.each<[string, Pipeline, BatchRequest, RegExp]>([
    [
      'images of two sizes',
      plain,
      requestOf([1, 2], { source: mixed }),
      /^image 2: expected 4 × 5 × 3, .*got 9 × 8 × 3/,
    ],
    ['a position after the end', plain, requestOf([1, 23]), /^image 23: expected a position in 0…22/],
    [
      'a label that is not a class',
      plain,
      requestOf([1, 3], { source: { ...images, label: (i) => 4 * i } }),
      /^image 3: .*got 12/,
    ],
    [
      'a label that is not whole',
      plain,
      requestOf([1], { source: { ...images, label: () => 0.5 } }),
      /^image 1: .*got 0\.5/,
    ],
    ['images of other channels', gray, requestOf([6]), /^image 6: transforms\.0: .*1 channel.*got 3/],
    [
      'an image that does not fit its size',
      plain,
      requestOf([0], { source: wrongData }),
      /^image 0: expected 4 values/,
    ],
    ['a transform that returns another size', lying, requestOf([8]), /^image 8: .*return 4 × 5 × 3, .*got 1 × 1 × 1/],
    [
      'an image that cannot be read',
      plain,
      requestOf([0, 1, 2, 3], { source: throwing }),
      /images 0, 1, 2, …: .*decoded/,
    ],
    ['no images', plain, requestOf([]), /one image or more/],
  ])('%s', (_, imagePipeline, request, message) => {
    expect(left(makeBatch(imagePipeline)(request))).toMatchObject({
      _tag: 'BatchError',
      message: expect.stringMatching(message),
    });
  });

  test.each([0, -1, Number.NaN, 2.5, Number.POSITIVE_INFINITY])('a batch size of %d', (size) => {
    const requests = [
      ...trainingRequests(images, { size, epoch: 0, epochKey: key(1) }),
      ...validationRequests(images, { size }),
    ];
    expect(requests.map(({ purpose }) => purpose)).toEqual(['training', 'validation']);
    for (const request of requests)
      expect(left(makeBatch(plain)(request)).message).toBe(
        `expected a batch size that is a whole number above 0, got ${size}`,
      );
  });

  test.each([-1, 0.5, Number.NaN])('%d completed batches', (done) => {
    const [request] = [...trainingRequests(images, { size: 5, epoch: 0, epochKey: key(1), done })];
    expect(left(makeBatch(plain)(request!)).message).toContain(`got ${done}`);
  });
});

describe('epochOrder', () => {
  test('visits every image once, in an order that depends on the key', () => {
    const order = epochOrder(key(4), 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(epochOrder(key(4), 1000)).toEqual(order);
    expect(epochOrder(key(5), 1000)).not.toEqual(order);
  });
});

describe('trainingRequests', () => {
  test('cover every image once, in the order of the epoch, without the completed batches', () => {
    const order = Array.from(epochOrder(key(6), images.count));
    const requestsAfter = (done?: number) => [
      ...trainingRequests(images, { size: 10, epoch: 3, epochKey: key(6), ...(done === undefined ? {} : { done }) }),
    ];
    expect(requestsAfter().map(({ indices }) => [...indices])).toEqual([
      order.slice(0, 10),
      order.slice(10, 20),
      order.slice(20),
    ]);
    expect(requestsAfter(2)).toEqual(requestsAfter().slice(2));
    expect(requestsAfter(3)).toEqual([]);
    expect(requestsAfter(1).map(({ purpose, epoch, index, count }) => [purpose, epoch, index, count])).toEqual([
      ['training', 3, 1, 3],
      ['training', 3, 2, 3],
    ]);
  });
});

describe('validationRequests', () => {
  test('cover every image once in order, with a smaller last batch, and can be read again', () => {
    const requests = validationRequests(images, { size: 10, epoch: 2 });
    const batches = [...requests].map((request) => right(makeBatch(everything)(request)));
    expect(batches.map(({ input }) => input.shape[0])).toEqual([10, 10, 3]);
    expect(batches.flatMap(({ target }) => [...target.data])).toEqual(labelsOf(images));
    expect(batches.map(({ purpose, epoch, index, count }) => [purpose, epoch, index, count])).toEqual([
      ['validation', 2, 0, 3],
      ['validation', 2, 1, 3],
      ['validation', 2, 2, 3],
    ]);
    expect([...requests]).toEqual([...requests]);
    expect([...validationRequests({ ...images, count: 0 }, { size: 10 })]).toEqual([]);
  });
});
