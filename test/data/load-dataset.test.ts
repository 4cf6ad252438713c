import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ImageSource, splitValidation } from '../../src/data/index.js';
import { cacheFolder, loadDataset } from '../../src/data/node/index.js';
import { bytesOf, cifar, contents, idx, labelsOf, left, right } from './fixtures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrail-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (files: Readonly<Record<string, Uint8Array>>, inside = '.') => {
  await mkdir(join(folder, inside), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, inside, name), bytes);
};

const digits = {
  'train-images-idx3-ubyte': idx(0x803, [2, 3, 3], bytesOf(18)),
  'train-labels-idx1-ubyte': idx(0x801, [2], [1, 2]),
  't10k-images-idx3-ubyte': idx(0x803, [1, 3, 3], bytesOf(9)),
  't10k-labels-idx1-ubyte': idx(0x801, [1], [3]),
};

const perClass = (source: ImageSource) =>
  Array.from({ length: 10 }, (_, label) => labelsOf(source).filter((found) => found === label).length);

describe('the embedded data set', () => {
  test('loads, and is balanced, as is its validation split', async () => {
    const { name, classes, train, test: testSource } = right(await loadDataset('fashion-mnist-small')());
    expect([name, classes.length]).toEqual(['fashion-mnist-small', 10]);
    expect([train.count, testSource.count]).toEqual([6000, 2000]);
    for (const source of [train, testSource])
      expect(source.image(0)).toMatchObject({ height: 28, width: 28, channels: 1 });
    expect(perClass(train)).toEqual(Array(10).fill(600));
    expect(perClass(testSource)).toEqual(Array(10).fill(200));
    expect(perClass(right(splitValidation(0.1)(train)).validation)).toEqual(Array(10).fill(60));
  });

  test('has every class once in each ten images, in different orders', async () => {
    const labels = labelsOf(right(await loadDataset('fashion-mnist-small')()).train);
    const tens = Array.from({ length: 600 }, (_, i) => labels.slice(10 * i, 10 * i + 10));
    for (const ten of tens) expect([...ten].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(tens.map(String)).size).toBeGreaterThan(590);
  });
});

describe('a folder given by the user', () => {
  test('can have IDX files', async () => {
    await put(digits);
    const { train, test: testSource } = right(await loadDataset('mnist', { directory: folder })());
    expect([train.count, testSource.count, train.image(0).height]).toEqual([2, 1, 3]);
  });

  test('can have IDX files compressed with gzip', async () => {
    await put(digits);
    const plain = right(await loadDataset('mnist', { directory: folder })());
    for (const [name, bytes] of Object.entries(digits)) {
      await rm(join(folder, name));
      await put({ [`${name}.gz`]: gzipSync(bytes) });
    }
    expect(contents(right(await loadDataset('mnist', { directory: folder })()).train)).toEqual(contents(plain.train));
  });

  test('can have CIFAR-10 in six files, which are joined in order', async () => {
    for (const i of [1, 2, 3, 4, 5]) await put({ [`data_batch_${i}.bin`]: cifar([[i]]) });
    await put({ 'test_batch.bin': cifar([[9]]) });
    const { train, test: testSource } = right(await loadDataset('cifar10', { directory: folder, partial: true })());
    expect([labelsOf(train), labelsOf(testSource)]).toEqual([[1, 2, 3, 4, 5], [9]]);
  });

  test.each(['.', 'cifar-100-binary'])('can have CIFAR-100 in %s', async (inside) => {
    await put(
      {
        'train.bin': cifar([
          [1, 50],
          [2, 60],
        ]),
        'test.bin': cifar([[3, 70]]),
      },
      inside,
    );
    const { train, test: testSource } = right(await loadDataset('cifar100', { directory: folder, partial: true })());
    expect([labelsOf(train), labelsOf(testSource)]).toEqual([[50, 60], [70]]);
  });

  test('can have a part of CIFAR only if that is asked for: a file that was cut at a record is noticed', async () => {
    await put({ 'train.bin': cifar([[1, 50]]), 'test.bin': cifar([[3, 70]]) });
    const error = left(await loadDataset('cifar100', { directory: folder })());
    expect(error).toMatchObject({ kind: 'truncated', file: join(folder, 'train.bin') });
    expect(error.message).toContain('expected 50000 whole records of 3074 bytes, got 3074 bytes: 1 records');
    expect(right(await loadDataset('cifar100', { directory: folder, partial: true })()).train.count).toBe(1);
  });

  test('with a file that is compressed twice, or that is there twice in one gzip file', async () => {
    const name = 'train-labels-idx1-ubyte';
    const { [name]: labels, ...others } = digits;
    await put({ ...others, [`${name}.gz`]: gzipSync(gzipSync(labels)) });
    const twice = left(await loadDataset('mnist', { directory: folder })());
    expect(twice).toMatchObject({ kind: 'corrupt', actual: 'one that is compressed twice' });
    await put({ [`${name}.gz`]: Buffer.concat([gzipSync(labels), gzipSync(labels)]) });
    expect(left(await loadDataset('mnist', { directory: folder })()).kind).toBe('oversized');
  });

  test('with a gzip file that unpacks to more than the data set can have: it is not unpacked', async () => {
    const name = 'train-images-idx3-ubyte';
    const { [name]: _, ...others } = digits;
    await put({ ...others, [`${name}.gz`]: gzipSync(Buffer.alloc(2 ** 28 + 1)) });
    const error = left(await loadDataset('mnist', { directory: folder })());
    expect(error).toMatchObject({ kind: 'oversized', expected: `at most ${2 ** 28} bytes after unpacking` });
  });

  test('with a file that is larger than the data set can be: it is not read', async () => {
    await put(digits);
    await truncate(join(folder, 'train-images-idx3-ubyte'), 2 ** 40);
    const error = left(await loadDataset('mnist', { directory: folder })());
    expect(error).toMatchObject({ kind: 'oversized', expected: `at most ${2 ** 28} bytes`, actual: `${2 ** 40}` });
  });

  test('without a file: the error names it and says what to do', async () => {
    await put({ 'train.bin': cifar([[1, 50]]) });
    const error = left(await loadDataset('cifar100', { directory: folder, partial: true })());
    expect(error).toMatchObject({ kind: 'missing', file: join(folder, 'test.bin') });
    expect(error.message).toContain('--data DIR');
  });

  test('with a folder in place of a file', async () => {
    await put(digits);
    await rm(join(folder, 't10k-labels-idx1-ubyte'));
    await mkdir(join(folder, 't10k-labels-idx1-ubyte'));
    expect(left(await loadDataset('mnist', { directory: folder })())).toMatchObject({ kind: 'unreadable' });
  });

  test('with test images of another size', async () => {
    await put({ ...digits, 't10k-images-idx3-ubyte': idx(0x803, [1, 2, 2], bytesOf(4)) });
    const error = left(await loadDataset('mnist', { directory: folder })());
    expect(error).toMatchObject({
      kind: 'mismatch',
      expected: 'test images of 3 × 3 × 1, as in training',
      actual: '2 × 2 × 1',
    });
  });

  test('with a damaged file: the error names it', async () => {
    await put({ ...digits, 'train-labels-idx1-ubyte': idx(0x801, [2], [1, 200]) });
    const error = left(await loadDataset('mnist', { directory: folder })());
    expect(error).toMatchObject({ kind: 'label-out-of-range', file: join(folder, 'train-labels-idx1-ubyte') });
  });
});

test('an unknown name is an error that lists the known names', async () => {
  const error = left(await loadDataset('imagenet')());
  expect(error).toMatchObject({ kind: 'unknown-dataset', actual: "'imagenet'" });
  expect(error.message).toContain('fashion-mnist-small, fashion-mnist, mnist, cifar10, cifar100');
});

test('the error for a data set that is not found and has no address lists the folders searched', async () => {
  const error = left(await loadDataset('mnist', { cache: folder })());
  expect(error.kind).toBe('missing');
  expect(error.message).toContain(join(folder, 'mnist'));
});

test('the environment sets the cache folder', () => {
  expect(cacheFolder({ VITRAIL_CACHE: 'here', XDG_CACHE_HOME: '/there' })).toBe('here');
  expect(cacheFolder({ XDG_CACHE_HOME: '/there' })).toBe(join('/there', 'vitrail'));
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toBe(cacheFolder({}));
  expect(cacheFolder({})).toMatch(/\.cache.vitrail$/);
});
