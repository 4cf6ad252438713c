/** Every format and kind of pixel becomes the same picture: 8-bit sRGB or gray of the asked size, upright. */
import * as E from 'fp-ts/lib/Either.js';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { defaultDecoding, type ImageDecoding } from '../../../src/data/index.js';
import { decodeImage, type Unusable } from '../../../src/data/node/index.js';
import { left, right } from '../fixtures.js';
import { drawn, noise, smooth } from './image-files.js';

const asItIs: ImageDecoding = { height: 12, width: 10, channels: 3, ...defaultDecoding };

const decoded = async (bytes: Uint8Array, changes: Partial<ImageDecoding> = {}) =>
  right(
    E.mapLeft(({ detail }: Unusable) => ({ message: detail }))(await decodeImage(bytes, { ...asItIs, ...changes })()),
  );

const largest = (a: Uint8Array, b: Uint8Array): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

const truth = (): Promise<Uint8Array> => smooth().raw().toBuffer();

describe('formats', () => {
  const lossless: Readonly<Record<string, (image: Sharp) => Sharp>> = {
    PNG: (image) => image.png(),
    'PNG of 16 bits': (image) => image.toColourspace('rgb16').png(),
    'interlaced PNG': (image) => image.png({ progressive: true }),
    'lossless WebP': (image) => image.webp({ lossless: true }),
    TIFF: (image) => image.tiff({ compression: 'lzw' }),
    'TIFF without compression': (image) => image.tiff({ compression: 'none' }),
  };
  test.each(Object.entries(lossless))('%s gives the same pixels', async (_, encode) => {
    expect(largest(await decoded(await encode(smooth()).toBuffer()), await truth())).toBe(0);
  });

  const lossy: Readonly<Record<string, (image: Sharp) => Sharp>> = {
    JPEG: (image) => image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    'progressive JPEG': (image) => image.jpeg({ quality: 100, progressive: true, chromaSubsampling: '4:4:4' }),
    WebP: (image) => image.webp({ quality: 100 }),
    AVIF: (image) => image.avif({ quality: 100, chromaSubsampling: '4:4:4' }),
    GIF: (image) => image.gif({ dither: 0 }),
    'palette PNG': (image) => image.png({ palette: true, dither: 0 }),
    'CMYK JPEG': (image) => image.toColourspace('cmyk').jpeg({ quality: 100 }),
    'CMYK TIFF': (image) => image.toColourspace('cmyk').tiff({ compression: 'lzw' }),
  };
  test.each(Object.entries(lossy))('%s gives nearly the same pixels', async (_, encode) => {
    expect(largest(await decoded(await encode(smooth()).toBuffer()), await truth())).toBeLessThan(32);
  });

  test('gray files give three equal channels, or one', async () => {
    const gray = drawn(12, 10, 1, (row, column) => row * 10 + column);
    for (const bytes of [
      await gray.clone().toColourspace('b-w').png().toBuffer(),
      await gray.clone().toColourspace('b-w').jpeg({ quality: 100 }).toBuffer(),
      await gray.clone().toColourspace('grey16').png().toBuffer(),
    ]) {
      const one = await decoded(bytes, { channels: 1 });
      const three = await decoded(bytes);
      expect(one.length).toBe(120);
      expect(Array.from(three)).toEqual(Array.from(one).flatMap((value) => [value, value, value]));
      expect(
        largest(
          one,
          Uint8Array.from({ length: 120 }, (_, i) => i),
        ),
      ).toBeLessThan(2);
    }
  });

  test('colour becomes gray by luminance: green is brightest, blue darkest', async () => {
    const stripes = drawn(12, 10, 3, (row, _, channel) => (Math.floor(row / 4) === channel ? 255 : 0));
    const gray = await decoded(await stripes.png().toBuffer(), { channels: 1 });
    const [red, green, blue] = [gray[0]!, gray[45]!, gray[115]!];
    expect(green).toBeGreaterThan(red);
    expect(red).toBeGreaterThan(blue);
  });

  test('of an animation, the first frame', async () => {
    const animated = await sharp([await smooth(12, 10, 0).png().toBuffer(), await smooth(12, 10, 3).png().toBuffer()], {
      join: { animated: true },
    })
      .webp({ lossless: true })
      .toBuffer();
    expect(largest(await decoded(animated), await truth())).toBe(0);
  });
});

describe('transparent pixels', () => {
  const half = drawn(12, 10, 4, (_, column, channel) => (channel === 3 ? (column < 5 ? 0 : 255) : 100));
  test.each([[[255, 255, 255] as const], [[0, 0, 0] as const], [[10, 200, 30] as const]])(
    'show the background %j',
    async (background) => {
      for (const bytes of [
        await half.clone().png().toBuffer(),
        await half.clone().webp({ lossless: true }).toBuffer(),
      ]) {
        const pixels = await decoded(bytes, { background: [...background] });
        expect(Array.from(pixels.subarray(0, 3))).toEqual([...background]);
        expect(Array.from(pixels.subarray(27, 30))).toEqual([100, 100, 100]);
      }
    },
  );

  test('half-transparent pixels are mixed with it', async () => {
    const veil = drawn(12, 10, 4, (_, __, channel) => (channel === 3 ? 128 : 0));
    expect((await decoded(await veil.png().toBuffer()))[0]).toBeCloseTo(127, -1);
  });
});

describe('EXIF orientation', () => {
  const [bottom, right_] = [11, 9];
  /** Where the pixel that is stored at row r and column c is in the upright picture of 12 × 10 (EXIF 2.3, table 6). */
  const upright: readonly ((r: number, c: number) => readonly [row: number, column: number])[] = [
    (r, c) => [r, c],
    (r, c) => [r, right_ - c],
    (r, c) => [bottom - r, right_ - c],
    (r, c) => [bottom - r, c],
    (r, c) => [c, r],
    (r, c) => [c, right_ - r],
    (r, c) => [bottom - c, right_ - r],
    (r, c) => [bottom - c, r],
  ];
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i gives the upright picture', async (orientation) => {
    const pixels = await truth();
    const [height, width] = orientation < 5 ? [12, 10] : [10, 12];
    const stored = drawn(height, width, 3, (r, c, channel) => {
      const [row, column] = upright[orientation - 1]!(r, c);
      return pixels[(row * 10 + column) * 3 + channel]!;
    });
    const bytes = await stored.withMetadata({ orientation }).tiff({ compression: 'lzw' }).toBuffer();
    expect(await decoded(bytes)).toEqual(pixels);
  });
});

describe('another aspect ratio', () => {
  // Three vertical stripes, red, green and blue, of 8 × 24 pixels.
  const stripes = () =>
    drawn(8, 24, 3, (_, column, channel) => (Math.floor(column / 8) === channel ? 255 : 0))
      .png()
      .toBuffer();
  const square = { height: 8, width: 8, kernel: 'nearest' } as const;
  const row = (pixels: Uint8Array, at: number, width = 8) =>
    Array.from({ length: width }, (_, column) => {
      const [r, g, b] = pixels.subarray((at * width + column) * 3, (at * width + column) * 3 + 3);
      return r === 255 && g === 255 ? 'w' : r === 255 ? 'r' : g === 255 ? 'g' : b === 255 ? 'b' : '?';
    }).join('');

  test('stretch keeps all of the image', async () => {
    expect(row(await decoded(await stripes(), { ...square, fit: 'stretch' }), 0)).toMatch(/^rr+gg+bb+$/);
  });
  test('crop keeps the middle', async () => {
    expect(row(await decoded(await stripes(), { ...square, fit: 'crop' }), 0)).toBe('gggggggg');
  });
  test('pad keeps all and fills above and below', async () => {
    const pixels = await decoded(await stripes(), { ...square, fit: 'pad' });
    expect([row(pixels, 0), row(pixels, 7)]).toEqual(['wwwwwwww', 'wwwwwwww']);
    expect(row(pixels, 3)).toMatch(/^r+g+b+$/);
  });
});

test('smaller images are antialiased: fine stripes become gray', async () => {
  const fine = drawn(48, 40, 1, (_, column) => (column % 2) * 255);
  const pixels = await decoded(await fine.png().toBuffer(), { channels: 1 });
  expect(Math.max(...pixels) - Math.min(...pixels)).toBeLessThan(30);
});

test('the same file gives the same bytes', async () => {
  const bytes = await noise().jpeg().toBuffer();
  const changes = { height: 20, width: 30 };
  expect(await decoded(bytes, changes)).toEqual(await decoded(bytes, changes));
});

test('damage is an error, not a gray area', async () => {
  const bytes = await noise().jpeg().toBuffer();
  expect(left(await decodeImage(bytes.subarray(0, bytes.length / 2), asItIs)())).toEqual({
    reason: 'broken-image',
    detail: 'a damaged or incomplete JPEG file',
  });
});
