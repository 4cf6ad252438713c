import { expect, test } from 'vitest';
import { concatenateImages, splitValidation } from '../../../src/data/index.js';
import { share } from '../../../src/data/internal/share.js';
import { someImages } from '../fixtures.js';

const images = someImages(10);

test('shared images are the same images', () => {
  const shared = share(images);
  expect(shared).toEqual(images);
  for (const { buffer } of [shared.pixels, shared.labels]) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('images are copied once, a part of them by itself, and what is shared already never', () => {
  expect(share(images)).toBe(share(images));
  const { validation } = splitValidation(0.2)(images);
  expect(share(validation).pixels.buffer.byteLength).toBe(120);
  const shared = share(concatenateImages([images, images]));
  const part = splitValidation(0.5)(shared).validation;
  expect(share(part)).toEqual(images);
  expect(share(part).pixels.buffer).toBe(shared.pixels.buffer);
});
