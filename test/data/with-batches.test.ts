/** A batch is a pure function of its request and the pipeline: who makes it, and when, changes no bit. */

import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test, vi } from 'vitest';
import { fold, key } from '../../src/core/key.js';
import {
  adaptNormalization,
  type Batch,
  type BatchError,
  type BatchRequest,
  epochRequests,
  evaluationRequests,
  makeBatch,
  type Pipeline,
  pipeline,
  type Transforms,
  withBatches,
} from '../../src/data/index.js';
import { left, right, someImages } from './fixtures.js';

const images = someImages(23);
const everything: Transforms = [
  { kind: 'shift', pixels: 1 },
  { kind: 'normalize' },
  { kind: 'resize', height: 6, width: 7 },
  { kind: 'flip' },
  { kind: 'rotate', factor: 0.1 },
  { kind: 'zoom', height: 0.2, width: 0.2 },
];
const way = (): Pipeline => pipeline(everything, adaptNormalization(images));

type Next = TE.TaskEither<BatchError, Batch>;
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Reads so many batches; `between` is awaited before each. */
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

function* endless(): Generator<BatchRequest, never> {
  for (let epoch = 0; ; epoch++) yield* epochRequests(images, 5, fold(key(1), epoch));
}

/** Reads until a thread is there to make batches, which shows in that none is made here any more. */
const untilThreads = async (next: Next, madeHere: () => number, seen: Batch[]): Promise<void> => {
  for (;;) {
    const before = madeHere();
    await pause();
    seen.push(right(await next()));
    if (madeHere() === before) return;
  }
};

describe('the batches that are read', () => {
  test('are those requested, in order, ahead of whatever reader and from whatever place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 24 }),
        fc.nat(3),
        fc.boolean(),
        async (seed, size, done, hurried) => {
          const requests = [...epochRequests(images, size, key(seed), done), ...evaluationRequests(images, size)];
          const pipe_ = way();
          const read = withBatches(requests, pipe_, { workers: 0 })(
            reading(requests.length, hurried ? undefined : pause),
          );
          expect(right(await read())).toEqual(requests.map(makeBatch(pipe_)));
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each([1, 3])('are the same from %i threads, and none is then made here', async (workers) => {
    const made = way();
    const spies = [vi.spyOn(made, 'train'), vi.spyOn(made, 'evaluate')];
    const madeHere = () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    const seen: Batch[] = [];
    await withBatches(endless(), made, { workers })((next: Next) => async () => {
      await untilThreads(next, madeHere, seen);
      const before = madeHere();
      seen.push(...right(await reading(12)(next)()));
      expect(madeHere()).toBe(before);
      return E.right(undefined);
    })();
    const wanted = endless();
    expect(seen).toEqual(seen.map(() => makeBatch(way())(wanted.next().value)));
  });

  test('come at once while threads are being started', async () => {
    const made = way();
    const train = vi.spyOn(made, 'train');
    right(await withBatches(endless(), made, { workers: 1 })((next) => next)());
    expect(train).toHaveBeenCalledTimes(5);
  });

  test('are made here by functions that no data describes', async () => {
    const upsideDown: Pipeline = { ...way(), evaluate: (image) => ({ ...image, data: image.data.map((x) => -x) }) };
    const plain: Pipeline = { ...upsideDown, output: (size) => size };
    const requests = [...evaluationRequests(images, 4)];
    const read = await withBatches(requests, plain, { workers: 2 })(reading(requests.length, pause))();
    expect(right(read)).toEqual(requests.map(makeBatch(plain)));
    expect(right(read)[0]!.images.data[1]).toBe(-images.pixels[1]!);
  });

  test('can be read again, by running the task again', async () => {
    const task = withBatches(epochRequests(images, 10, key(3)), way(), { workers: 0 })(reading(3));
    expect(right(await task())).toEqual(right(await task()));
  });

  test('are made ahead of a reader that waits for something else', async () => {
    const made = way();
    const train = vi.spyOn(made, 'train');
    await withBatches(endless(), made, { workers: 0 })((next) =>
      pipe(
        next,
        TE.chainFirstTaskK(() => pause),
        TE.chainFirstIOK(() => () => expect(train.mock.calls.length).toBeGreaterThan(5)),
      ),
    )();
    expect.assertions(1);
  });
});

describe('what goes wrong', () => {
  test('reading past the end', async () => {
    const read = await withBatches(evaluationRequests(images, 23), way(), { workers: 0 })(reading(2))();
    expect(left(read)).toMatchObject({ _tag: 'BatchError', message: expect.stringContaining('have been read') });
  });

  test('a transform that throws', async () => {
    const huge = pipeline([{ kind: 'resize', height: 2 ** 26, width: 2 ** 26 }], adaptNormalization(images));
    const read = await withBatches(evaluationRequests(images, 4), huge, { workers: 0 })(reading(2))();
    expect(left(read).message).toMatch(/^the batch of images 0, 1, 2, …: expected .*, got RangeError/);
  });

  test('a thread that cannot be started', async () => {
    const statistics = { ...adaptNormalization(images), notData: () => {} };
    const read = await withBatches(endless(), pipeline(everything, statistics), { workers: 1 })((next) => next)();
    expect(left(read)).toMatchObject({ _tag: 'BatchError', message: expect.stringMatching(/ended.*workers: 0/) });
  });
});
