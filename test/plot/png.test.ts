import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { brightness, encodePng, grey, heatMap, pngDataUrl, sharpestPatch } from '../../src/plot/png.js';
import type { PixelImage } from '../../src/plot/results.js';

const pictures = fc
  .record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain((size) =>
    fc
      .uint8Array({
        minLength: size.height * size.width * size.channels,
        maxLength: size.height * size.width * size.channels,
      })
      .map((data): PixelImage => ({ ...size, data })),
  );

describe('PNG', () => {
  it('decodes to the same pixels', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const decoded = decode(encodePng(picture));
        expect([decoded.height, decoded.width, decoded.channels]).toEqual([
          picture.height,
          picture.width,
          picture.channels,
        ]);
        expect([...decoded.data]).toEqual(Array.from(picture.data));
      }),
      { numRuns: 50 },
    );
  });

  it('draws any number of channels: the first in grey, or the first three in colour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(4), fc.nat(4), (channels, row, column) => {
        const drawn = channels < 3 ? 1 : 3;
        // The value of a pixel says where it is and which channel it belongs to.
        const value = (y: number, x: number, channel: number): number => 50 * y + 10 * x + channel;
        const data = Array.from({ length: 25 * channels }, (_, i) =>
          value(Math.floor(i / channels / 5), Math.floor(i / channels) % 5, i % channels),
        );
        const image: PixelImage = { height: 5, width: 5, channels, data };
        const decoded = decode(encodePng(image));
        expect([decoded.height, decoded.width, decoded.channels]).toEqual([5, 5, drawn]);
        const start = (5 * row + column) * drawn;
        expect([...decoded.data.slice(start, start + drawn)]).toEqual(
          Array.from({ length: drawn }, (_, channel) => value(row, column, channel)),
        );
        // Channel by channel the value grows by one, so the brightness lies between the first and the third.
        const light = brightness(image)[5 * row + column] ?? Number.NaN;
        expect(light).toBeGreaterThanOrEqual(value(row, column, 0));
        expect(light).toBeLessThanOrEqual(value(row, column, drawn - 1));
      }),
    );
  });

  it('rounds and clamps values, and fills missing pixels with black', () => {
    const decoded = decode(encodePng({ height: 1, width: 4, channels: 1, data: [-3, 12.6, 300] }));
    expect([...decoded.data]).toEqual([0, 13, 255, 0]);
  });

  it('is a data URL of the file', () => {
    const picture: PixelImage = { height: 1, width: 2, channels: 1, data: [7, 200] };
    const [head, body] = pngDataUrl(picture).split(',');
    expect(head).toBe('data:image/png;base64');
    expect([...decode(Buffer.from(body!, 'base64')).data]).toEqual([7, 200]);
  });

  it('weights green most, and leaves the brightness of grey pixels unchanged', () => {
    const colours = brightness({ height: 1, width: 3, channels: 3, data: [255, 0, 0, 0, 255, 0, 0, 0, 255] });
    expect(colours[1]).toBeGreaterThan(colours[0]!);
    expect(colours[0]).toBeGreaterThan(colours[2]!);
    expect(grey({ height: 1, width: 1, channels: 3, data: [90, 90, 90] }).data[0]).toBeCloseTo(90, 10);
  });

  it('turns weights into colours, from dark to light', () => {
    const heat = heatMap([0, 1], 1, 2);
    expect(Array.from(heat.data)).toEqual([0, 0, 4, 252, 253, 191]);
  });

  it('finds the patch with the most contrast', () => {
    const data = new Array<number>(36).fill(90);
    data[3 * 6 + 4] = 255; // row 3, column 4: the last of 2 × 3 patches of 3 × 2 pixels
    expect(sharpestPatch({ height: 6, width: 6, channels: 1, data }, { rows: 2, columns: 3 })).toBe(5);
  });
});
