/** Threads make the same batches of images from files as this thread does of images in memory. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { key } from '../../../src/core/key.js';
import {
  type Batch,
  concatenateSources,
  makeBatch,
  trainingRequests,
  validationRequests,
  withBatches,
} from '../../../src/data/index.js';
import { type ImageFolder, readImageFolder } from '../../../src/data/node/index.js';
import { adapted, left, right } from '../fixtures.js';
import { folderWith, noise, pngs } from './image-files.js';

const folders = async (): Promise<readonly [inMemory: ImageFolder, onDisk: ImageFolder, root: string]> => {
  const root = folderWith({
    ...(await pngs('a', 12)),
    ...(await pngs('b', 9, 40)),
    'b/photo.jpg': await noise(90, 60).jpeg().toBuffer(),
  });
  const options = { size: { height: 10, width: 9 } };
  const read = async (memory: number) => right(await readImageFolder(root, { ...options, memory })());
  return [await read(1e6), await read(0), root];
};

const requestsOf = ({ train, test: tested }: ImageFolder) => [
  ...trainingRequests(train, { size: 4, epoch: 0, epochKey: key(3) }),
  ...validationRequests(tested, { size: 3 }),
  ...trainingRequests(right(concatenateSources([tested, train])), { size: 5, epoch: 1, epochKey: key(4) }),
];

const readAll = (
  folder: ImageFolder,
  workers: number,
  images = adapted([{ kind: 'flip' }, { kind: 'normalize' }], folder.train),
) => {
  const requests = requestsOf(folder);
  return withBatches(requests, images, { workers })((next) => async () => {
    const batches: Batch[] = [];
    while (batches.length < requests.length) {
      const batch = await next();
      if (E.isLeft(batch)) return batch;
      batches.push(batch.right);
      // Time for a thread to make the next one.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return E.right(batches);
  })();
};

test('the bits are the same in memory and from files, in this thread and in others', async () => {
  const [inMemory, onDisk] = await folders();
  const pipeline = adapted([{ kind: 'flip' }, { kind: 'normalize' }], inMemory.train);
  expect(adapted([{ kind: 'normalize' }], onDisk.train).transforms).toEqual(
    adapted([{ kind: 'normalize' }], inMemory.train).transforms,
  );
  const reference = requestsOf(inMemory).map((request) => right(makeBatch(pipeline)(request)));
  for (const folder of [inMemory, onDisk])
    for (const workers of [0, 2]) expect(right(await readAll(folder, workers))).toEqual(reference);
});

test('a file that goes away or breaks during training is an error that names it', async () => {
  for (const workers of [0, 1]) {
    const [, onDisk, root] = await folders();
    const pipeline = adapted([{ kind: 'normalize' }], onDisk.train);
    rmSync(join(root, onDisk.files.split.train.files[0]!));
    writeFileSync(join(root, onDisk.files.split.train.files[1]!), 'not an image');
    expect(left(await readAll(onDisk, workers, pipeline)).message).toMatch(
      /the batch of images .*\/[ab]\/(\d+\.png|photo\.jpg): (ENOENT|no known image format)/,
    );
  }
});
