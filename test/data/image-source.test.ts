import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concatenateSources,
  datasets,
  type ImageBytes,
  imagesFromBytes,
  splitValidation,
  subset,
  take,
} from '../../src/data/index.js';
import { rebuildSource } from '../../src/data/internal/rebuild-source.js';
import { bytesOf, contents, image, labelsOf, left, right, someImages } from './fixtures.js';
import { gradients } from './gradients.js';

// Splitting uses only the count.
const counted = (count: number) => ({ ...someImages(1), count });

describe('splitValidation', () => {
  test.each([
    [50_000, 0.1, 45_000],
    [60_000, 0.1, 54_000],
    [6_000, 0.1, 5_400],
    [50_000, 0.2, 40_000],
    [7, 0.5, 3],
    [10, 0, 10],
  ])('of %i images holds out %f: %i remain', (count, fraction, stay) => {
    const { train, validation } = right(splitValidation(fraction)(counted(count)));
    expect([train.count, validation.count]).toEqual([stay, count - stay]);
  });

  test('the two parts together are the whole, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (count, fraction) => {
        const images = someImages(count);
        const { train, validation } = right(splitValidation(fraction)(images));
        expect(contents(right(concatenateSources([train, validation])))).toEqual(contents(images));
      }),
    );
  });
});

describe('imagesFromBytes', () => {
  const bytes: ImageBytes = {
    height: 2,
    width: 2,
    channels: 1,
    count: 3,
    pixels: bytesOf(12),
    labels: [0, 1, 299],
    classes: Array.from({ length: 300 }, (_, i) => `${i}`),
  };

  test('returns raw values and labels, for any number of classes', () => {
    const source = right(imagesFromBytes(bytes));
    expect(source.image(2)).toEqual(image(2, 2, 1, bytes.pixels.subarray(8)));
    expect(labelsOf(source)).toEqual([0, 1, 299]);
  });

  test('copies its bytes into shared memory once', () => {
    const { threadData } = right(imagesFromBytes(bytes));
    if (threadData?.kind !== 'bytes') throw new Error('expected bytes');
    for (const { buffer } of [threadData.pixels, threadData.labels]) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    const again = right(imagesFromBytes({ ...bytes, pixels: threadData.pixels, labels: threadData.labels })).threadData;
    expect(again).toMatchObject({ pixels: threadData.pixels, labels: threadData.labels });
    expect(again?.kind === 'bytes' && again.pixels.buffer === threadData.pixels.buffer).toBe(true);
  });

  test.each<[string, Partial<ImageBytes>, object]>([
    [
      'too few bytes',
      { pixels: bytesOf(11) },
      { kind: 'mismatch', expected: '12 bytes for 3 × 2 × 2 × 1', actual: '11 bytes' },
    ],
    [
      'too many labels',
      { labels: [0, 0, 0, 0] },
      { kind: 'mismatch', expected: '3 labels, one per image', actual: '4 labels' },
    ],
    ['a height that is not whole', { height: 1.5, width: 8, count: 1, labels: [0] }, { kind: 'mismatch' }],
    ['no images', { count: 0, pixels: bytesOf(0), labels: [] }, { kind: 'empty', actual: '0' }],
    ['a label of no class', { labels: [0, 300, 0] }, { kind: 'label-out-of-range', actual: '300 at position 1' }],
    ['a negative label', { labels: [0, -1, 0] }, { kind: 'label-out-of-range', actual: '-1 at position 1' }],
    ['a label that is not whole', { labels: [0, 0, 0.5] }, { kind: 'label-out-of-range', actual: '0.5 at position 2' }],
  ])('%s is an error', (_, wrong, error) => {
    expect(left(imagesFromBytes({ ...bytes, ...wrong }))).toMatchObject({ _tag: 'DataError', ...error });
  });
});

describe('sources', () => {
  test('take returns the first images, or all if there are fewer', () => {
    const images = someImages(5);
    const two = right(take(2)(images));
    expect([two.count, labelsOf(two)]).toEqual([2, [0, 1]]);
    expect(two.image(1)).toEqual(images.image(1));
    expect(contents(right(take(9)(images)))).toEqual(contents(images));
  });

  test('take and splitValidation refuse what is not a number of images or a fraction of them', () => {
    for (const count of [-1, Number.NaN, 2.5])
      expect(left(take(count)(someImages(5)))).toMatchObject({ kind: 'index-out-of-range', actual: `${count}` });
    for (const fraction of [-0.1, 1, Number.NaN])
      expect(left(splitValidation(fraction)(someImages(5)))).toMatchObject({ actual: `${fraction}` });
  });

  test('subset selects images by position, in the given order', () => {
    const images = someImages(5);
    const some = right(subset([4, 0, 4])(images));
    expect(labelsOf(some)).toEqual([4, 0, 4]);
    expect(some.image(0)).toEqual(images.image(4));
    for (const index of [5, -1, 0.5, Number.NaN])
      expect(left(subset([0, index])(images))).toMatchObject({
        kind: 'index-out-of-range',
        actual: `${index} at position 1`,
      });
  });

  test('only sources with the same classes can be joined, and at least one', () => {
    expect(left(concatenateSources([])).kind).toBe('empty');
    const others = { ...someImages(2), classes: ['a', 'b'] };
    expect(left(concatenateSources([someImages(1), others]))).toMatchObject({
      kind: 'mismatch',
      actual: '2 classes (a, b)',
    });
  });

  test('can have images of different sizes', () => {
    const mixed = right(concatenateSources([someImages(2, 2, 3), someImages(2, 5, 4)]));
    expect([1, 2].map((index) => mixed.image(index).height)).toEqual([2, 5]);
    expect(mixed.image(3)).toEqual(someImages(2, 5, 4).image(1));
  });

  test('of every kind are rebuilt from plain data with the same contents', async () => {
    const images = someImages(9);
    const own = gradients({ count: 4 });
    const sources = [
      images,
      right(take(4)(images)),
      right(splitValidation(0.5)(images)).validation,
      right(subset([8, 1])(images)),
      right(concatenateSources([images, right(take(2)(images))])),
      own,
      right(subset([3, 3, 0])(right(take(4)(own)))),
    ];
    for (const source of sources) {
      if (source.threadData === undefined) throw new Error('expected data for threads');
      expect(contents(await rebuildSource(structuredClone(source.threadData)))).toEqual(contents(source));
    }
  });

  test('a copy with another function does not inherit threadData', () => {
    const images = someImages(3);
    const copy = { ...images, label: () => 0 };
    expect([images.threadData?.kind, copy.threadData, right(take(2)(copy)).threadData]).toEqual([
      'bytes',
      undefined,
      undefined,
    ]);
    const both = right(concatenateSources([images, { ...copy }]));
    expect(both.threadData).toBeUndefined();
  });
});

describe('classes', () => {
  const known = Object.entries(datasets).flatMap(([name, entry]) =>
    'classes' in entry ? [[name, entry.classes] as const] : [],
  );
  test.each(known)('%s has a name for each label, all different', (name, classes) => {
    expect(new Set(classes).size).toBe(name === 'cifar100' ? 100 : 10);
    expect(classes.length).toBe(new Set(classes).size);
  });

  test('those of CIFAR-100 are in alphabetical order, like the official list', () => {
    const { classes } = datasets.cifar100;
    expect([...classes].sort()).toEqual(classes);
    expect([0, 23, 47, 52, 71, 99].map((label) => classes[label])).toEqual([
      'apple',
      'cloud',
      'maple_tree',
      'oak_tree',
      'sea',
      'worm',
    ]);
  });
});
