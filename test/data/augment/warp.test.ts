import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Affine, warp } from '../../../src/data/augment/affine.js';
import { rotateBy } from '../../../src/data/augment/rotate.js';
import { zoomBy } from '../../../src/data/augment/zoom.js';
import type { Image } from '../../../src/data/index.js';
import { image } from '../fixtures.js';

const dimension = fc.integer({ min: 1, max: 6 });
const anyImage: fc.Arbitrary<Image> = fc
  .tuple(dimension, dimension, fc.constantFrom(1, 3))
  .chain(([rows, columns, channels]) =>
    fc
      .array(fc.integer({ min: 0, max: 255 }), {
        minLength: rows * columns * channels,
        maxLength: rows * columns * channels,
      })
      .map((values) => image(rows, columns, channels, values)),
  );

// d c b a | a b c d | d c b a, pixel by pixel: slow and simple.
const mirrored = (index: number, size: number): number => {
  if (index < 0) return mirrored(-1 - index, size);
  return index < size ? index : mirrored(2 * size - 1 - index, size);
};

const slowWarp = (map: Affine, from: Image): readonly number[] => {
  const pixel = (row: number, column: number, channel: number): number =>
    from.data[(mirrored(row, from.height) * from.width + mirrored(column, from.width)) * from.channels + channel]!;
  return Array.from({ length: from.data.length }, (_, i) => {
    const channel = i % from.channels;
    const column = Math.floor(i / from.channels) % from.width;
    const row = Math.floor(i / from.channels / from.width);
    const x = map.xx * column + map.xy * row + map.x0;
    const y = map.yx * column + map.yy * row + map.y0;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [across, down] = [x - left, y - top];
    return (
      (pixel(top, left, channel) * (1 - across) + pixel(top, left + 1, channel) * across) * (1 - down) +
      (pixel(top + 1, left, channel) * (1 - across) + pixel(top + 1, left + 1, channel) * across) * down
    );
  });
};

const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-3): void => {
  expect(got.length).toBe(want.length);
  expect(Math.max(...Array.from(got, (value, i) => Math.abs(value - want[i]!)))).toBeLessThan(tolerance);
};

describe('warp', () => {
  test('interpolates bilinearly and mirrors at the edges, like the slow definition', () => {
    const factor = fc.double({ min: -3, max: 3, noNaN: true });
    const offset = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        anyImage,
        fc.record({ xx: factor, xy: factor, x0: offset, yx: factor, yy: factor, y0: offset }),
        (from, map) => expectClose(warp(map, from).data, slowWarp(map, from)),
      ),
    );
  });

  test.each([
    [-4, [4, 3, 2, 1]],
    [-2, [2, 1, 1, 2]],
    [3, [4, 4, 3, 2]],
    [8, [1, 2, 3, 4]],
    [0.5, [1.5, 2.5, 3.5, 4]],
  ])('mirrors at the edge: moved by %f', (x0, want) => {
    const row = image(1, 4, 1, [1, 2, 3, 4]);
    expect([...warp({ xx: 1, xy: 0, x0, yx: 0, yy: 1, y0: 0 }, row).data]).toEqual(want);
  });
});

describe('rotateBy', () => {
  test('by 0 is the identity', () => {
    fc.assert(
      fc.property(anyImage, (from) => {
        expect(rotateBy(0)(from)).toEqual(from);
      }),
    );
  });

  test('by a quarter turn is counter-clockwise, like a positive angle in Keras', () => {
    const turned = rotateBy(Math.PI / 2)(image(3, 3, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expectClose(turned.data, [3, 6, 9, 2, 5, 8, 1, 4, 7]);
  });

  test('by a half turn reverses the pixels', () => {
    const from = image(2, 3, 1, [1, 2, 3, 4, 5, 6]);
    expectClose(rotateBy(Math.PI)(from).data, [6, 5, 4, 3, 2, 1]);
  });
});

describe('zoomBy', () => {
  test('by 1 is the identity', () => {
    fc.assert(
      fc.property(anyImage, (from) => {
        expect(zoomBy(1, 1)(from)).toEqual(from);
      }),
    );
  });

  test('above 1 zooms out and mirrors the image at its edges', () => {
    expect([...zoomBy(1, 2)(image(1, 4, 1, [0, 10, 20, 30])).data]).toEqual([5, 5, 25, 25]);
  });

  test('below 1 zooms in, and height and width are independent', () => {
    expect([...zoomBy(1, 0.5)(image(1, 4, 1, [0, 10, 20, 30])).data]).toEqual([7.5, 12.5, 17.5, 22.5]);
    expect([...zoomBy(0.5, 1)(image(4, 1, 1, [0, 10, 20, 30])).data]).toEqual([7.5, 12.5, 17.5, 22.5]);
  });

  test('keeps a constant image', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 2, noNaN: true }), (factor) => {
        const grey = image(5, 4, 1, Array(20).fill(7));
        expectClose(zoomBy(factor, 2 - factor)(grey).data, grey.data);
      }),
    );
  });
});
