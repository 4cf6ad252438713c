/**
 * Which images are in which batch.
 *
 * @module
 */
import { permutation } from '../core/host-draws.js';
import { fold, type Key } from '../core/key.js';
import type { BatchRequest, BatchTag } from './batch.js';
import type { ImageSource } from './image-source.js';

/** The order in which an epoch visits its images: int32 positions. */
export const epochOrder = (epochKey: Key, count: number): Uint32Array => permutation(fold(epochKey, 'order'), count);

/** The number of batches of `count` images; the last batch may be smaller. */
export const batchCount = (count: number, batchSize: number): number => Math.ceil(count / batchSize);

const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;

// An iterable has no room for an error: one request that says the problem takes the place of all others.
const refused = (source: ImageSource, tag: Pick<BatchTag, 'purpose' | 'epoch'>, problem: string): BatchRequest => ({
  ...tag,
  index: 0,
  count: 1,
  source,
  indices: new Uint32Array(),
  problem,
});

const batchesOf = function* (
  source: ImageSource,
  tag: Pick<BatchRequest, 'purpose' | 'epoch' | 'epochKey'>,
  size: number,
  done: number,
  indicesFrom: (from: number, to: number) => Uint32Array,
): Generator<BatchRequest> {
  const count = batchCount(source.count, size);
  for (let index = done; index < count; index++) {
    const from = index * size;
    yield { ...tag, index, count, source, indices: indicesFrom(from, Math.min(from + size, source.count)) };
  }
};

export interface TrainingRequestsOptions {
  /** Images per batch. */
  readonly size: number;
  /** From 0. */
  readonly epoch: number;
  /** Order and augmentation of the epoch come from it. */
  readonly epochKey: Key;
  /** The number of batches that are done already and are left out. Default: 0. */
  readonly done?: number;
}

/**
 * The batches of an epoch, in the random order of its key; the last one may be smaller.
 *
 * A size that is not a whole number above 0, or `done` below 0, gives one request for which `withBatches` and `makeBatch`
 * return a `BatchError`.
 *
 * @example
 * const requests = trainingRequests(dataset.train, { size: 64, epoch: 0, epochKey: fold(key(42), 0) });
 */
export const trainingRequests = (
  source: ImageSource,
  { size, epoch, epochKey, done = 0 }: TrainingRequestsOptions,
): Iterable<BatchRequest> => ({
  *[Symbol.iterator]() {
    const tag = { purpose: 'training', epoch } as const;
    if (!isWhole(size, 1)) yield refused(source, tag, sizeProblem(size));
    else if (!isWhole(source.count, 0)) yield refused(source, tag, countProblem(source));
    else if (!isWhole(done, 0))
      yield refused(source, tag, `expected done to be a whole number, 0 or more, got ${done}`);
    else {
      const order = epochOrder(epochKey, source.count);
      // Copies: a view that is sent to another thread takes the whole order with it.
      yield* batchesOf(source, { ...tag, epochKey }, size, done, (from, to) => order.slice(from, to));
    }
  },
});

/**
 * All images once, in order, for evaluation; the last batch may be smaller. `epoch`: 0 by default.
 *
 * A size that is not a whole number above 0 gives one request for which `withBatches` and `makeBatch` return a `BatchError`.
 *
 * @example
 * const requests = validationRequests(dataset.test, { size: 256 });
 */
export const validationRequests = (
  source: ImageSource,
  { size, epoch = 0 }: { readonly size: number; readonly epoch?: number },
): Iterable<BatchRequest> => ({
  *[Symbol.iterator]() {
    const tag = { purpose: 'validation', epoch } as const;
    if (!isWhole(size, 1)) yield refused(source, tag, sizeProblem(size));
    else if (!isWhole(source.count, 0)) yield refused(source, tag, countProblem(source));
    else
      yield* batchesOf(source, tag, size, 0, (from, to) => Uint32Array.from({ length: to - from }, (_, i) => from + i));
  },
});

const countProblem = ({ count }: ImageSource): string =>
  `expected a source whose count is a whole number, 0 or more, got ${count}`;

const sizeProblem = (size: number): string => `expected a batch size that is a whole number above 0, got ${size}`;
