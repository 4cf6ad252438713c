import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, key } from '../../../src/core/key.js';
import { centralBox, randomBox, randomResizedCrop } from '../../../src/data/augment/random-resized-crop.js';
import { type Box, resampleBox } from '../../../src/data/augment/resample.js';
import { type Image, pipeline } from '../../../src/data/index.js';
import { image, left, right } from '../fixtures.js';

/** In double precision, straight from the definition: every output pixel is a mean weighted by a triangle in each direction. */
const reference = (
  { top, left: first, height: rows, width: columns }: Box,
  height: number,
  width: number,
  from: Image,
) => {
  const weight = (output: number, outputs: number, input: number, inputs: number): number => {
    const scale = inputs / outputs;
    return Math.max(0, 1 - Math.abs(input + 0.5 - (output + 0.5) * scale) / Math.max(scale, 1));
  };
  return Array.from({ length: height * width * from.channels }, (_, i) => {
    const channel = i % from.channels;
    const column = Math.floor(i / from.channels) % width;
    const row = Math.floor(i / from.channels / width);
    let [sum, total] = [0, 0];
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const w = weight(row, height, r, rows) * weight(column, width, c, columns);
        sum += w * from.data[((top + r) * from.width + first + c) * from.channels + channel]!;
        total += w;
      }
    return sum / total;
  });
};

const pictured = (height: number, width: number, channels: number): Image =>
  image(
    height,
    width,
    channels,
    Float32Array.from({ length: height * width * channels }, (_, i) => (i * 73 + ((i * i) % 29) * 11) % 256),
  );

const box = fc
  .record({ height: fc.integer({ min: 1, max: 14 }), width: fc.integer({ min: 1, max: 14 }) })
  .chain(({ height, width }) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      top: fc.nat(14 - height),
      left: fc.nat(14 - width),
    }),
  );
const side = fc.integer({ min: 1, max: 20 });

describe('resampling a box', () => {
  test('agrees with the definition in double precision', () => {
    fc.assert(
      fc.property(box, side, side, fc.constantFrom(1, 3), (one, height, width, channels) => {
        const from = pictured(14, 14, channels);
        const made = resampleBox(one, height, width)(from);
        expect(made).toMatchObject({ height, width, channels });
        const expected = reference(one, height, width, from);
        expect(Math.max(...expected.map((value, i) => Math.abs(value - made.data[i]!)))).toBeLessThan(1e-4);
      }),
    );
  });

  // Image.fromarray(a).crop((left, top, right, bottom)).resize((width, height), Image.BILINEAR), Pillow 13, mode F
  const pillow: readonly (readonly [Box, number, number, readonly number[]])[] = [
    [
      { left: 1, top: 2, width: 5, height: 4 },
      ...([2, 3, [133.3878, 153.0318, 164.1837, 192.0408, 182.5873, 120.6735]] as const),
    ],
    [
      { left: 2, top: 1, width: 3, height: 3 },
      ...([5, 2, [75.0, 95.0, 94.55, 108.3, 123.875, 128.25, 145.325, 153.45, 159.625, 170.25]] as const),
    ],
  ];
  test.each(pillow)('agrees with Pillow on %j', (one, height, width, expected) => {
    const a = image(
      6,
      7,
      1,
      Float32Array.from({ length: 42 }, (_, i) => {
        const [r, c] = [Math.floor(i / 7), i % 7];
        return (r * 37 + c * 11 + ((r * c) % 7) * 5) % 256;
      }),
    );
    const { data } = resampleBox(one, height, width)(a);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-3);
  });

  test('does not read outside of the box', () => {
    const from = pictured(8, 8, 1);
    const one = { top: 2, left: 3, height: 4, width: 3 };
    const masked = {
      ...from,
      data: from.data.map((value, i) => {
        const [r, c] = [Math.floor(i / 8), i % 8];
        return r >= 2 && r < 6 && c >= 3 && c < 6 ? value : Number.NaN;
      }),
    };
    expect(resampleBox(one, 5, 5)(masked)).toEqual(resampleBox(one, 5, 5)(from));
  });
});

describe('the random box', () => {
  const size = { height: 60, width: 90, channels: 3 };
  const boxes = Array.from({ length: 2000 }, (_, i) => randomBox(fold(key(1), i), size, [0.2, 0.5], [0.5, 2]));

  test('lies in the image, with an area and a ratio in their ranges', () => {
    for (const { top, left: first, height, width } of boxes) {
      expect(top >= 0 && first >= 0 && top + height <= 60 && first + width <= 90).toBe(true);
      expect((height * width) / 5400).toBeGreaterThan(0.19);
      expect((height * width) / 5400).toBeLessThan(0.51);
      expect(width / height).toBeGreaterThan(0.47);
      expect(width / height).toBeLessThan(2.12);
    }
  });

  test('has a uniform area and reaches every corner', () => {
    const areas = boxes.map(({ height, width }) => (height * width) / 5400);
    expect(areas.reduce((a, b) => a + b, 0) / 2000).toBeCloseTo(0.35, 1);
    expect(areas.filter((area) => area < 0.275).length / 2000).toBeCloseTo(0.25, 1);
    expect(boxes.some(({ top }) => top === 0)).toBe(true);
    expect(boxes.some(({ top, height }) => top + height === 60)).toBe(true);
    expect(boxes.some(({ left: first }) => first === 0)).toBe(true);
    expect(boxes.some(({ left: first, width }) => first + width === 90)).toBe(true);
  });

  test('is the largest in the middle if none fits', () => {
    const wide = { height: 2, width: 100, channels: 1 };
    expect(randomBox(key(1), wide, [1, 1], [0.75, 4 / 3])).toEqual({ top: 0, left: 48, height: 2, width: 3 });
    expect(centralBox({ height: 100, width: 30, channels: 1 }, [0.5, 2])).toEqual({
      top: 20,
      left: 0,
      height: 60,
      width: 30,
    });
    expect(centralBox(size, [0.5, 2])).toEqual({ top: 0, left: 0, height: 60, width: 90 });
  });
});

describe('in a pipeline', () => {
  const settings = { kind: 'random-resized-crop', height: 5, width: 5 } as const;

  test('images of any size become images of one size, in training and in evaluation', () => {
    const images = right(pipeline([settings, { kind: 'flip' }]));
    for (const one of [pictured(9, 14, 3), pictured(3, 4, 3), pictured(5, 5, 3)]) {
      expect(right(images.outputSize(one))).toEqual({ height: 5, width: 5, channels: 3 });
      expect(images.augment(key(1), one)).toMatchObject({ height: 5, width: 5, channels: 3 });
      expect(images.preprocess(one)).toMatchObject({ height: 5, width: 5, channels: 3 });
    }
  });

  test('evaluation takes the middle', () => {
    const one = pictured(4, 8, 1);
    const images = right(pipeline([{ ...settings, height: 4, width: 4 }]));
    expect(images.preprocess(one)).toEqual(resampleBox({ top: 0, left: 2, height: 4, width: 4 }, 4, 4)(one));
  });

  test('the same key gives the same crop, and another key another', () => {
    const one = pictured(20, 20, 1);
    const crop = randomResizedCrop(settings);
    expect(crop(key(1), one)).toEqual(crop(key(1), one));
    expect(crop(key(1), one)).not.toEqual(crop(key(2), one));
  });

  test('settings that cannot be used are refused', () => {
    expect(left(pipeline([{ ...settings, area: [0.5, 0.2] }])).message).toContain('got 0.5 and 0.2');
    expect(left(pipeline([{ ...settings, aspect: [2, 1] }])).message).toContain('expected aspect to be the smallest');
    expect(left(pipeline([{ ...settings, area: [0, 1] }])).message).toContain('a number above 0, at most 1');
  });
});
