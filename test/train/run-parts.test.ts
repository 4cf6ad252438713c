/** What a run reads, wherever it begins. */
import { expect, test } from 'vitest';
import { key } from '../../src/core/key.js';
import type { BatchRequest } from '../../src/data/batch.js';
import { requestsOf } from '../../src/train/run-parts.js';
import { someImages } from '../data/fixtures.js';

const train = someImages(23);
const validation = someImages(4);

const requests = (epoch: number, batch: number): readonly BatchRequest[] => {
  const options = { train, validation, batchSize: 10, epochs: 3, key: key(1), start: { progress: { epoch, batch } } };
  return [...requestsOf(options as never)];
};

test('from a stop in the middle of an epoch, what was left of it and all that follows', () => {
  const whole = requests(0, 0);
  // Three batches to train on and one to judge with, three times.
  expect(whole).toHaveLength(12);
  expect(requests(1, 2)).toEqual(whole.slice(4 + 2));
  expect(requests(2, 0)).toEqual(whole.slice(8));
});
