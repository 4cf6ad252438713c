import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatenateImages, datasets, imageAt, splitValidation, take } from '../../src/data/index.js';
import { someImages } from './fixtures.js';

// A count without its pixels: splitting looks at nothing else.
const counted = (count: number) => someImages(count, 1, 1, 1);

describe('splitValidation', () => {
  test.each([
    [50_000, 0.1, 45_000],
    [60_000, 0.1, 54_000],
    [6_000, 0.1, 5_400],
    [50_000, 0.2, 40_000],
    [7, 0.5, 3],
    [10, 0, 10],
  ])('of %i holds %f back: %i stay', (count, fraction, stay) => {
    const { train, validation } = splitValidation(fraction)(counted(count));
    expect([train.count, validation.count]).toEqual([stay, count - stay]);
  });

  test('the parts joined are the whole, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (count, fraction) => {
        const images = someImages(count);
        const { train, validation } = splitValidation(fraction)(images);
        expect(concatenateImages([train, validation])).toEqual(images);
      }),
    );
  });
});

describe('images', () => {
  test('take takes the first ones, and all where there are fewer', () => {
    const images = someImages(5);
    const two = take(2)(images);
    expect([two.count, two.labels.length]).toEqual([2, 2]);
    expect(imageAt(two, 1)).toEqual(imageAt(images, 1));
    expect(take(9)(images)).toEqual(images);
  });

  test('imageAt gives raw values', () => {
    const images = someImages(3);
    const { data, ...size } = imageAt(images, 2);
    expect(size).toEqual({ height: 4, width: 5, channels: 3 });
    expect([...data]).toEqual([...images.pixels.subarray(120, 180)]);
  });
});

describe('classes', () => {
  test.each(Object.entries(datasets))('%s has a name for each label, all different', (name, { classes }) => {
    expect(new Set(classes).size).toBe(name === 'cifar100' ? 100 : 10);
    expect(classes.length).toBe(new Set(classes).size);
  });

  test('those of CIFAR-100 are in the order of the alphabet, as the official list', () => {
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
