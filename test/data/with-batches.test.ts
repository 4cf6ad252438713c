/** A batch is a pure function of its request and the pipeline: its bits do not depend on where and when it is made. */

import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { fold, key } from '../../src/core/key.js';
import {
  type Batch,
  type BatchError,
  type BatchRequest,
  concatenateSources,
  defineTransform,
  type ImageSource,
  makeBatch,
  type Pipeline,
  pipeline,
  subset,
  type Transforms,
  trainingRequests,
  validationRequests,
  withBatches,
} from '../../src/data/index.js';
import { adapted, left, right, someImages } from './fixtures.js';
import { gradients } from './gradients.js';
import { halve, posterize } from './posterize.js';

const images = someImages(23);
const transforms: Transforms = [
  { kind: 'shift', pixels: 1 },
  { kind: 'normalize' },
  { kind: 'resize', height: 6, width: 7 },
  { kind: 'flip' },
  { kind: 'rotate', factor: 0.1 },
  { kind: 'zoom', height: 0.2, width: 0.2 },
];
const everything: Pipeline = adapted(transforms, images);
const reference = (pipeline: Pipeline, requests: Iterable<BatchRequest>) =>
  [...requests].map((request) => right(makeBatch(pipeline)(request)));

/** Counts the images read in this thread: worker threads read copies of the source. */
const watched = (source: ImageSource) => {
  let count = 0;
  const image = (index: number) => {
    count += 1;
    return source.image(index);
  };
  const copy = Object.defineProperty({ ...source, image }, 'threadData', { value: source.threadData });
  return { source: copy, readHere: () => count };
};

type Next = TE.TaskEither<BatchError, Batch>;
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Reads this many batches; `between` is awaited before each. */
const reading =
  (count: number, between: () => Promise<unknown> = async () => {}) =>
  (next: Next): TE.TaskEither<BatchError, readonly Batch[]> =>
  async () => {
    const read: Batch[] = [];
    while (read.length < count) {
      await between();
      const batch = await next();
      if (E.isLeft(batch)) return batch;
      read.push(batch.right);
    }
    return E.right(read);
  };

function* endless(source: ImageSource = images): Generator<BatchRequest, never> {
  for (let epoch = 0; ; epoch++) yield* trainingRequests(source, { size: 5, epoch, epochKey: fold(key(1), epoch) });
}

/** Reads until worker threads make the batches, and this thread reads no more images. */
const untilThreads = async (next: Next, readHere: () => number, seen: Batch[]): Promise<void> => {
  for (;;) {
    const before = readHere();
    await pause();
    seen.push(right(await next()));
    if (readHere() === before) return;
  }
};

describe('batches', () => {
  test('are the requested ones, in order, for a fast and a slow reader, from any start', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 24 }),
        fc.nat(3),
        fc.boolean(),
        async (seed, size, done, hasty) => {
          const requests = [
            ...trainingRequests(images, { size, epoch: 0, epochKey: key(seed), done }),
            ...validationRequests(images, { size }),
          ];
          const read = withBatches(requests, everything, { workers: 0 })(
            reading(requests.length, hasty ? undefined : pause),
          );
          expect(right(await read())).toEqual(reference(everything, requests));
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each([1, 3])('are the same from %i threads, and then this thread makes none', async (workers) => {
    const { source, readHere } = watched(images);
    const seen: Batch[] = [];
    await withBatches(endless(source), everything, { workers })((next: Next) => async () => {
      await untilThreads(next, readHere, seen);
      const before = readHere();
      seen.push(...right(await reading(12)(next)()));
      expect(readHere()).toBe(before);
      return E.right(undefined);
    })();
    const requests = endless();
    expect(seen).toEqual(seen.map(() => right(makeBatch(everything)(requests.next().value))));
  });

  test('are available at once while threads are starting', async () => {
    const { source, readHere } = watched(images);
    right(await withBatches(endless(source), everything, { workers: 1 })((next) => next)());
    expect(readHere()).toBe(5);
  });

  test('are made in this thread if no data describes the pipeline', async () => {
    const negative: Pipeline = {
      ...right(pipeline([])),
      preprocess: (image) => ({ ...image, data: image.data.map((x) => -x) }),
    };
    const requests = [...validationRequests(images, { size: 4 })];
    const read = right(await withBatches(requests, negative, { workers: 2 })(reading(requests.length, pause))());
    expect(read).toEqual(reference(negative, requests));
    expect(read[0]!.input.data[1]).toBe(-images.image(0).data[1]!);
  });

  test('can be read again by running the task again', async () => {
    const requests = trainingRequests(images, { size: 10, epoch: 0, epochKey: key(3) });
    const task = withBatches(requests, everything, { workers: 0 })(reading(3));
    expect(right(await task())).toEqual(right(await task()));
  });

  test('are made ahead while the reader waits for something else', async () => {
    const { source, readHere } = watched(images);
    await withBatches(endless(source), everything, { workers: 0 })((next) =>
      pipe(
        next,
        TE.chainFirstTaskK(() => pause),
        TE.chainFirstIOK(() => () => expect(readHere()).toBeGreaterThan(5)),
      ),
    )();
    expect.assertions(1);
  });
});

/** Reads this many batches, and makes sure that threads, if there are any, make most of them. */
const readWith = async (source: ImageSource, imagePipeline: Pipeline, workers: number): Promise<readonly Batch[]> => {
  const { source: counted, readHere } = watched(source);
  const seen: Batch[] = [];
  await withBatches(endless(counted), imagePipeline, { workers })((next: Next) => async () => {
    if (workers > 0) await untilThreads(next, readHere, seen);
    while (seen.length < 40) seen.push(right(await next()));
    return E.right(undefined);
  })();
  return seen.slice(0, 40);
};

describe('a user-defined transform or source', () => {
  const custom = [posterize, halve];
  const own = right(
    pipeline(
      [
        { kind: 'flip' },
        { kind: 'posterize', levels: 4 },
        { kind: 'halve' },
        { kind: 'normalize', mean: [9], std: [2] },
      ],
      { custom },
    ),
  );
  const source = right(
    concatenateSources([gradients({ count: 12 }), right(subset([3, 1, 1])(gradients({ count: 5 })))]),
  );
  const requests = endless(source);
  const here = Array.from({ length: 40 }, () => right(makeBatch(own)(requests.next().value)));

  test.each([0, 1, 2])('gives the same bits with %i threads', async (workers) => {
    expect(await readWith(source, own, workers)).toEqual(here);
    expect(here[0]!.input.shape).toEqual([5, 3, 2, 1]);
  });

  test('runs in this thread if no module exports it', async () => {
    const invert = defineTransform({
      kind: 'invert',
      settings: t.type({}),
      apply: () => (_, image) => ({ ...image, data: image.data.map((x) => 255 - x) }),
    });
    const inverted = right(pipeline([{ kind: 'invert' }], { custom: [invert] }));
    expect(inverted.threadData).toBeUndefined();
    const plain = { ...gradients({ count: 9 }) };
    for (const [images_, imagePipeline] of [
      [gradients({ count: 9 }), inverted],
      [plain, own],
    ] as const) {
      const requests = [...validationRequests(images_, { size: 2 })];
      const read = await withBatches(requests, imagePipeline, { workers: 1 })(reading(requests.length, pause))();
      expect(right(read)).toEqual(reference(imagePipeline, requests));
    }
  });

  test('that fails in a thread is an error that says why', async () => {
    const broken = gradients({ count: 400, broken: 399 });
    const read = await withBatches(validationRequests(broken, { size: 4 }), own, { workers: 1 })(reading(100, pause))();
    expect(left(read).message).toMatch(/^the batch of images 396, 397, 398, …: .*this image is broken/);
  });
});

describe('errors', () => {
  test('reading past the end', async () => {
    const read = await withBatches(validationRequests(images, { size: 23 }), everything, { workers: 0 })(reading(2))();
    expect(left(read)).toMatchObject({ _tag: 'BatchError', message: expect.stringContaining('have been read') });
  });

  test('a transform that throws', async () => {
    const huge = right(pipeline([{ kind: 'resize', height: 2 ** 16, width: 2 ** 16 }]));
    const read = await withBatches(validationRequests(images, { size: 4 }), huge, { workers: 0 })(reading(2))();
    expect(left(read).message).toMatch(/^the batch of images 0, 1, 2, …: expected .*, got RangeError/);
  });

  test('images of another size than the first', async () => {
    const mixed = right(concatenateSources([someImages(4), someImages(4, 9, 8)]));
    const plain = right(pipeline([]));
    const read = await withBatches(validationRequests(mixed, { size: 4 }), plain, { workers: 0 })(reading(2))();
    expect(left(read).message).toMatch(
      /^validation batch 1 of epoch 0: expected images of 4 × 5 × 3, .*, got 9 × 8 × 3/,
    );
  });

  test.each([0, -4, Number.NaN])('a batch size of %d', async (size) => {
    const epoch = { size, epoch: 0, epochKey: key(1) };
    for (const requests of [trainingRequests(images, epoch), validationRequests(images, { size })])
      expect(left(await withBatches(requests, everything, { workers: 1 })((next) => next)()).message).toContain(
        `a batch size that is a whole number above 0, got ${size}`,
      );
  });

  test.each([-1, 0.5, Number.NaN])('%d workers', async (workers) => {
    expect(left(await withBatches(endless(), everything, { workers })((next) => next)()).message).toContain(
      `workers to be a whole number, 0 to 256, got ${workers}`,
    );
  });

  test('requests that throw', async () => {
    const requests: Iterable<BatchRequest> = {
      // biome-ignore lint/correctness/useYield: it fails before the first request
      *[Symbol.iterator]() {
        throw new Error('no more requests');
      },
    };
    const read = await withBatches(requests, everything, { workers: 0 })((next) => next)();
    expect(left(read)).toMatchObject({ _tag: 'BatchError', message: expect.stringContaining('no more requests') });
  });

  test('a thread that cannot be started', async () => {
    const threadData = { transforms: [{ kind: 'flip', notData: () => {} }], custom: [] };
    const imagePipeline = Object.defineProperty({ ...everything }, 'threadData', { value: threadData });
    const read = await withBatches(endless(), imagePipeline, { workers: 1 })((next) => next)();
    expect(left(read)).toMatchObject({ _tag: 'BatchError', message: expect.stringMatching(/ended.*workers to 0/) });
  });
});
