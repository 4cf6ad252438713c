import { expect, test } from 'vitest';
import { firstImage, pixelImage } from '../../src/experiment/pixel-image.js';
import { image } from '../data/fixtures.js';

// Two pixels; channel c of pixel p has the value 10 p + c.
const withChannels = (channels: number) =>
  image(
    1,
    2,
    channels,
    [0, 1].flatMap((pixel) => Array.from({ length: channels }, (_, channel) => 10 * pixel + channel)),
  );

test.each<readonly [number, 1 | 3, readonly number[]]>([
  [1, 1, [0, 10]],
  [2, 1, [0, 10]],
  [3, 3, [0, 1, 2, 10, 11, 12]],
  [4, 3, [0, 1, 2, 10, 11, 12]],
  [5, 3, [0, 1, 2, 10, 11, 12]],
])('an image of %i channels is shown with %i', (channels, shown, values) => {
  const { data, ...rest } = pixelImage(withChannels(channels));
  expect(rest).toEqual({ height: 1, width: 2, channels: shown });
  expect(Array.from(data)).toEqual(values);
});

test('the first image of a batch', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(firstImage({ dtype: 'float32', shape: [2, 1, 2, 2], data })).toEqual(image(1, 2, 2, [1, 2, 3, 4]));
});
