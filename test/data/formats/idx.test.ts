import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { describe, expect, test } from 'vitest';
import { decodeIdx, type NamedBytes } from '../../../src/data/index.js';
import { gunzip } from '../../../src/data/node/index.js';
import { bytesOf, contents, digits, idx, image, labelsOf, left, right } from '../fixtures.js';

const labels = { file: 'labels', bytes: idx(0x801, [3], [0, 9, 4]) };
const images = { file: 'images', bytes: idx(0x803, [3, 2, 4], bytesOf(24)) };
const decode = decodeIdx(digits);

/** Decodes a compressed file as the folder loader does. */
const unpacked = (file: NamedBytes) =>
  pipe(
    gunzip(file),
    E.chain((plain) => decode(plain, labels)),
  );

describe('IDX', () => {
  test('reads images and labels', () => {
    const pixels = bytesOf(24);
    expect(contents(right(decode(images, labels)))).toEqual({
      classes: digits,
      labels: [0, 9, 4],
      images: [0, 8, 16].map((from) => image(2, 4, 1, pixels.subarray(from, from + 8))),
    });
  });

  test('reads files compressed with gzip', () => {
    const packed = { file: 'images.gz', bytes: gzipSync(images.bytes) };
    expect(contents(right(unpacked(packed)))).toEqual(contents(right(decode(images, labels))));
  });

  test('reads back any images that were written', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(size, size, size, (count, rows, columns) => {
        const pixels = bytesOf(count * rows * columns);
        const written = { file: 'images', bytes: idx(0x803, [count, rows, columns], pixels) };
        const read = right(decode(written, { file: 'labels', bytes: idx(0x801, [count], new Uint8Array(count)) }));
        const found = contents(read).images;
        expect(found.flatMap(({ data }) => [...data])).toEqual([...pixels]);
        expect(found[0]).toMatchObject({ height: rows, width: columns, channels: 1 });
        expect(labelsOf(read)).toEqual(Array(count).fill(0));
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
    const error = left(unpacked({ file: 'images', bytes }));
    expect(error).toMatchObject({ _tag: 'DataError', kind });
    expect(error.message).toMatch(/^(images|labels): expected .*, got .*\. \S/);
  });

  test('reports what was expected and what came', () => {
    expect(left(decode({ ...images, bytes: images.bytes.subarray(0, -1) }, labels)).message).toBe(
      'images: expected 40 bytes for 3 × 2 × 4, got 39 bytes. ' +
        'Download the file again, or give the folder of the right data set.',
    );
  });

  test('rejects a label that is not a class', () => {
    const error = left(decode(images, { file: 'labels', bytes: idx(0x801, [3], [0, 10, 4]) }));
    expect(error).toMatchObject({ kind: 'label-out-of-range', file: 'labels', actual: '10 at position 1' });
  });
});
