import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIdx } from '../../../src/data/index.js';
import { bytesOf, idx, left, right } from '../fixtures.js';

const labels = { file: 'labels', bytes: idx(0x801, [3], [0, 9, 4]) };
const images = { file: 'images', bytes: idx(0x803, [3, 2, 4], bytesOf(24)) };
const decode = decodeIdx(10);

describe('IDX', () => {
  test('reads images and labels', () => {
    expect(right(decode(images, labels))).toEqual({
      height: 2,
      width: 4,
      channels: 1,
      count: 3,
      pixels: bytesOf(24),
      labels: Uint8Array.of(0, 9, 4),
    });
  });

  test('reads what gzip packed', () => {
    const packed = { file: 'images.gz', bytes: gzipSync(images.bytes) };
    expect(right(decode(packed, labels))).toEqual(right(decode(images, labels)));
  });

  test('reads back any images that were written', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(size, size, size, (count, rows, columns) => {
        const pixels = bytesOf(count * rows * columns);
        const written = { file: 'images', bytes: idx(0x803, [count, rows, columns], pixels) };
        const read = right(decode(written, { file: 'labels', bytes: idx(0x801, [count], new Uint8Array(count)) }));
        expect([read.count, read.height, read.width, read.pixels]).toEqual([count, rows, columns, pixels]);
      }),
    );
  });

  test.each([
    ['truncated', 'nothing', new Uint8Array()],
    ['truncated', 'half a header', images.bytes.subarray(0, 10)],
    ['truncated', 'a byte less', images.bytes.subarray(0, -1)],
    ['truncated', 'no image', idx(0x803, [0, 2, 4], [])],
    ['truncated', 'half a gzip file', gzipSync(images.bytes).subarray(0, 20)],
    ['oversized', 'a byte more', idx(0x803, [3, 2, 4], bytesOf(25))],
    ['wrong-magic', 'labels', labels.bytes],
    ['corrupt', 'a gzip file with a wrong byte', gzipSync(images.bytes).fill(0xff, 10, 14)],
    ['mismatch', 'fewer images than labels', idx(0x803, [2, 2, 4], bytesOf(16))],
  ] as const)('%s: %s', (kind, _, bytes) => {
    const error = left(decode({ file: 'images', bytes }, labels));
    expect(error).toMatchObject({ _tag: 'DataError', kind });
    expect(error.message).toMatch(/^(images|labels): expected .*, got .*\. \S/);
  });

  test('says what came and what was expected', () => {
    expect(left(decode({ ...images, bytes: images.bytes.subarray(0, -1) }, labels)).message).toBe(
      'images: expected 40 bytes for 3 × 2 × 4, got 39 bytes. ' +
        'Fetch the file again, or give the folder of the right data set.',
    );
  });

  test('refuses a label that names no class', () => {
    const error = left(decode(images, { file: 'labels', bytes: idx(0x801, [3], [0, 10, 4]) }));
    expect(error).toMatchObject({ kind: 'label-out-of-range', file: 'labels', actual: '10 at position 1' });
  });
});
