import { expect, test } from 'vitest';
import { stackImages } from '../../src/data/stack-images.js';

const image = (...data: readonly number[]) => ({ height: 1, width: 2, channels: 1, data: Float32Array.from(data) });

test('images become one tensor', () => {
  expect(stackImages([image(1, 2), image(3, 4)])).toMatchObject({
    right: { dtype: 'float32', shape: [2, 1, 2, 1], data: Float32Array.of(1, 2, 3, 4) },
  });
});

test.each([
  [[], 'expected one image or more'],
  [[image(1, 2), { ...image(1, 2), height: 2, width: 1 }], 'images.1'],
  [[{ ...image(1, 2), height: -1, width: -2 }], 'whole numbers above 0'],
  [[image(1)], 'expected 1 × 2 × 1 with 2 values'],
])('what does not stack is an error: %#', (images, message) => {
  expect(stackImages(images)).toMatchObject({
    left: { _tag: 'ConfigError', message: expect.stringContaining(message) },
  });
});
