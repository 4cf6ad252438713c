import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../src/data/node/index.js';
import { inflateMatlab } from '../../../src/data/node/inflate-matlab.js';
import { labelsOf, left, right } from '../fixtures.js';

/**
 * Made by SciPy, which is independent of the code that reads it:
 *
 *     r, c, ch, n = np.ogrid[0:32, 0:32, 0:3, 0:2]
 *     X = ((r > 15) * 100 + (c > 15) * 50 + ch * 10 + n).astype(np.uint8)
 *     scipy.io.savemat('svhn.mat', {'X': X, 'y': np.array([[10], [3]], np.uint8)}, do_compression=True)
 */
const packed = Buffer.from(
  [
    'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IFRodSBOb3YgMjYgMTI6MDE6MzMgMjAyNgAAAAAAAAAAAAAAAAAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAAjgAAAHic7ckxDgFRFIXhO4SYkYiCZEprMM0UtGYLFkBLy0ZoR8sm3cRUvx2cnO/l',
    '5L7kX0REW0dM885yZfxMcsvcZtg4N8oV+Y7DP+r4cwJ37b6FB7hr9wou4K7dd9CDu3ZfwQ3ctfsB3uCu3Qs4g7t2b+AJ7tp9Dldw1+57eIG7dl/DHdy1ewcf',
    'cNfuX2KkBbwPAAAAKQAAAHic42NgYDAAYjYg5gBiTgYIYIXymYCYEYwZGSrBfCYGLmYGBgAYywDy',
  ].join(''),
  'base64',
);
const MOST = 2 ** 16;
const plain = Buffer.from(right(inflateMatlab({ file: 'svhn.mat', bytes: packed }, MOST)).bytes);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrail-svhn-'));
});
afterAll(() => rm(folder, { recursive: true }));

const load = async (train: Uint8Array, partial = true) => {
  await writeFile(join(folder, 'train_32x32.mat'), train);
  await writeFile(join(folder, 'test_32x32.mat'), packed);
  return loadDataset('svhn', { directory: folder, partial })();
};

const changed = (at: number, ...bytes: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(plain);
  copy.set(bytes, at);
  return copy;
};
const at = (content: string): number => plain.indexOf(content);

describe('SVHN', () => {
  test.each([
    ['compressed', packed],
    ['not compressed', plain],
  ])('reads a file that is %s: 10 is the digit 0, and axes are in our order', async (_, bytes) => {
    const { train, classes } = right(await load(bytes));
    expect([train.count, labelsOf(train), classes[0]]).toEqual([2, [0, 3], '0']);
    const expected = Array.from({ length: 32 * 32 * 3 }, (__, i) => {
      const [row, column, channel] = [Math.floor(i / 96), Math.floor(i / 3) % 32, i % 3];
      return (row > 15 ? 100 : 0) + (column > 15 ? 50 : 0) + 10 * channel;
    });
    expect([...train.image(0).data]).toEqual(expected);
    expect([...train.image(1).data]).toEqual(expected.map((value) => value + 1));
  });

  test('a file with fewer images than were published is a part, which must be asked for', async () => {
    expect(left(await load(packed, false))).toMatchObject({
      kind: 'truncated',
      file: join(folder, 'train_32x32.mat'),
      expected: '73257 images',
      actual: '2',
    });
  });

  test.each([
    ['another format', Buffer.from('PK'.repeat(100)), 'wrong-magic'],
    ['a big-endian file', changed(126, 0x4d, 0x49), 'wrong-magic'],
    ['version 7.3', changed(7, ...Buffer.from('7.3')), 'wrong-magic'],
    ['a file that was cut', packed.subarray(0, 200), 'truncated'],
    ['a file that was cut in an array', plain.subarray(0, 3000), 'truncated'],
    ['no arrays', packed.subarray(0, 128), 'mismatch'],
    [
      'compressed numbers that are damaged',
      Uint8Array.from(packed, (byte, i) => (i === 160 ? byte ^ 255 : byte)),
      'corrupt',
    ],
    ['an array of another name', changed(at('X'), 0x5a), 'mismatch'],
    ['a label that is no digit', changed(plain.length - 4, 11), 'label-out-of-range'],
    ['numbers of an unknown type', changed(plain.length - 8, 13), 'corrupt'],
  ])('refuses %s', async (_, bytes, kind) => {
    expect(left(await load(bytes))).toMatchObject({ kind, file: join(folder, 'train_32x32.mat') });
  });

  test('no more is unpacked than the data set can have', () => {
    expect(left(inflateMatlab({ file: 'svhn.mat', bytes: packed }, 1000))).toMatchObject({ kind: 'oversized' });
    expect(left(inflateMatlab({ file: 'svhn.mat', bytes: packed }, plain.length - 1))).toMatchObject({
      kind: 'oversized',
    });
  });
});
