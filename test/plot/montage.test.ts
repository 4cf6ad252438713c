import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import { montage } from '../../src/plot/montage.js';

const gray = { height: 1, width: 2, channels: 1, data: [10, 20] };
const color = { height: 2, width: 1, channels: 3, data: [1, 2, 3, 4, 5, 6] };

/** The picture as text: a pixel is its three values, white a dot. */
const drawn = (...given: Parameters<typeof montage>): readonly string[] => {
  const { height, width, data } = decode(orThrow(montage(...given)));
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const pixel = Array.from({ length: 3 }, (_, channel) => data[(row * width + column) * 3 + channel]);
      return pixel.every((value) => value === 255) ? '.' : pixel.join(',');
    }).join(' '),
  );
};

test('images stand in rows, with white between them', () => {
  expect(drawn([[gray, color], [gray]], { gap: 1 })).toEqual([
    '. . . . . .',
    '. 10,10,10 20,20,20 . 1,2,3 .',
    '. . . . 4,5,6 .',
    '. . . . . .',
    '. 10,10,10 20,20,20 . . .',
    '. . . . . .',
  ]);
});

test('a pixel becomes a square', () => {
  expect(drawn([[gray]], { scale: 2, gap: 0 })).toEqual([
    '10,10,10 10,10,10 20,20,20 20,20,20',
    '10,10,10 10,10,10 20,20,20 20,20,20',
  ]);
});

test('nothing gives a white picture', () => {
  expect(drawn([])).toEqual(['. .', '. .']);
});

test.each([
  [[[{ ...gray, data: [10] }]], {}, 'expected images with height · width · channels values, got 1 for 1 × 2 × 1'],
  [[[gray]], { scale: 0.5 }, 'expected whole numbers as scale and gap, got 0.5 and 2'],
  [[[gray]], { scale: 16_384 }, 'expected a picture of 1 to 16384 pixels, got 16388 × 32772'],
])('what cannot be drawn is an error: %#', (rows, options, message) => {
  expect(montage(rows, options)).toMatchObject({
    left: { _tag: 'ConfigError', message: expect.stringContaining(message) },
  });
});
