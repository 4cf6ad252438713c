import { describe, expect, test } from 'vitest';
import { datasets, decodeCifar } from '../../../src/data/index.js';
import { cifar, digits, labelsOf, left, right } from '../fixtures.js';

const ten = decodeCifar([{ what: 'label', classes: 10 }], digits, { least: 1, most: 3 });
const hundred = decodeCifar(
  [
    { what: 'coarse label', classes: 20 },
    { what: 'fine label', classes: 100 },
  ],
  datasets.cifar100.classes,
  { least: 1, most: 3 },
);

describe('CIFAR', () => {
  test('puts the channel last', () => {
    const images = right(ten({ file: 'batch', bytes: cifar([[7], [2]]) }));
    expect(labelsOf(images)).toEqual([7, 2]);
    expect(images.image(0)).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect([...images.image(0).data.subarray(0, 6)]).toEqual([0, 10, 20, 0, 10, 20]);
    expect([...images.image(1).data.subarray(0, 6)]).toEqual([1, 11, 21, 1, 11, 21]);
  });

  test('keeps rows and columns in order', () => {
    const bytes = cifar([[0]]);
    bytes.set([1, 2, 3], 1 + 1024 + 32); // green, the start of row 1
    const { data } = right(ten({ file: 'batch', bytes })).image(0);
    expect([0, 1, 2].map((column) => data[(32 + column) * 3 + 1])).toEqual([1, 2, 3]);
  });

  test('uses the fine label of CIFAR-100', () => {
    const bytes = cifar([
      [19, 99],
      [0, 20],
    ]);
    expect(labelsOf(right(hundred({ file: 'train', bytes })))).toEqual([99, 20]);
  });

  test.each([
    ['truncated', 'nothing', new Uint8Array()],
    ['truncated', 'a byte less', cifar([[1], [2]]).subarray(0, -1)],
    ['truncated', 'a part of a record more', cifar([[1, 2]])],
    ['oversized', 'more than the official file', cifar([[1], [2], [3], [4]])],
    ['label-out-of-range', 'label 10', cifar([[1], [10]])],
  ] as const)('%s: %s', (kind, _, bytes) => {
    const error = left(ten({ file: 'batch', bytes }));
    expect(error).toMatchObject({ _tag: 'DataError', kind, file: 'batch' });
    expect(error.message).toMatch(/^batch: expected .*, got .*\. \S/);
  });

  test('refuses fewer records than were published', () => {
    const exact = decodeCifar([{ what: 'label', classes: 10 }], digits, { least: 3, most: 3 });
    expect(right(exact({ file: 'batch', bytes: cifar([[1], [2], [3]]) })).count).toBe(3);
    expect(left(exact({ file: 'batch', bytes: cifar([[1], [2]]) }))).toMatchObject({ kind: 'truncated' });
  });

  test('checks the coarse label too', () => {
    expect(left(hundred({ file: 'train', bytes: cifar([[20, 5]]) }))).toMatchObject({
      kind: 'label-out-of-range',
      expected: 'every coarse label to be a whole number in 0…19',
    });
  });
});
