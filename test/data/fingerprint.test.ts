import { describe, expect, test } from 'vitest';
import {
  concatenateSources,
  fingerprint,
  type ImageSource,
  imagesFromBytes,
  subset,
  take,
} from '../../src/data/index.js';
import { bytesOf, digits, left, right, someImages } from './fixtures.js';
import { gradients } from './gradients.js';

const of = async (source: ImageSource): Promise<string> => right(await fingerprint(source)());

const images = (changes: Partial<Parameters<typeof imagesFromBytes>[0]> = {}): ImageSource =>
  right(
    imagesFromBytes({
      height: 2,
      width: 3,
      channels: 1,
      count: 4,
      pixels: bytesOf(24),
      labels: [0, 1, 2, 3],
      classes: digits,
      ...changes,
    }),
  );

describe('the fingerprint of images', () => {
  test('is the same for the same images, however their source is put together', async () => {
    const all = someImages(10);
    const halves = [
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9],
    ].map((indices) => right(subset(indices)(all)));
    const known = await of(all);
    expect(known).toMatch(/^[0-9a-f]{64}$/);
    for (const same of [someImages(10), right(take(10)(someImages(13))), right(concatenateSources(halves))])
      expect(await of(same)).toBe(known);
  });

  test.each<readonly [string, ImageSource]>([
    ['a pixel', images({ pixels: bytesOf(24).with(23, 77) })],
    ['a label', images({ labels: [0, 1, 2, 4] })],
    ['the order', right(subset([1, 0, 2, 3])(images()))],
    ['the number', right(take(3)(images()))],
    ['the size', images({ height: 3, width: 2 })],
    ['the names of the classes', images({ classes: digits.map((name) => `${name}!`) })],
  ])('differs if %s differs', async (_, changed) => {
    expect(await of(changed)).not.toBe(await of(images()));
  });

  test('sees every byte, also of images that fill several pieces', async () => {
    const unchanged = new Uint8Array(3 * 2 ** 21);
    const many = (changed?: number): ImageSource => {
      const pixels = unchanged.slice();
      if (changed !== undefined) pixels[changed] = 255;
      return images({ height: 1024, width: 1024, count: 6, pixels, labels: [0, 0, 0, 0, 0, 0] });
    };
    const prints = await Promise.all([undefined, 0, 2 ** 22 - 1, 2 ** 22, 3 * 2 ** 21 - 1].map((at) => of(many(at))));
    expect(new Set(prints).size).toBe(5);
  });

  test('of a source that makes its images reads some of them, and all labels', async () => {
    let read = 0;
    const made = (count: number, label = 1): ImageSource => {
      const source = gradients({ count });
      return {
        ...source,
        image: (index) => {
          read++;
          return source.image(index);
        },
        label: (index) => (index === 77 ? label : source.label(index)),
      };
    };
    const known = await of(made(1000));
    expect(read).toBe(256);
    expect(await of(made(1000))).toBe(known);
    expect(await of(made(1000, 0))).not.toBe(known);
    expect(await of({ ...made(1000), image: (index) => gradients({ count: 1000 }).image(index + 1) })).not.toBe(known);
  });

  test('of an image that cannot be read is an error', async () => {
    expect(left(await fingerprint(gradients({ count: 3, broken: 1 }))()).message).toContain('this image is broken');
  });
});
