import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { brightness, encodePng, grey, heatMap, pngAddress, sharpestPatch } from '../../src/plot/png.js';
import type { PixelImage } from '../../src/plot/results.js';

const pictures = fc
  .record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1 as const, 3 as const),
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

  it('rounds and clamps values, and fills what is missing with black', () => {
    const decoded = decode(encodePng({ height: 1, width: 4, channels: 1, data: [-3, 12.6, 300] }));
    expect([...decoded.data]).toEqual([0, 13, 255, 0]);
  });

  it('is an address that holds the file', () => {
    const picture: PixelImage = { height: 1, width: 2, channels: 1, data: [7, 200] };
    const [head, body] = pngAddress(picture).split(',');
    expect(head).toBe('data:image/png;base64');
    expect([...decode(Buffer.from(body!, 'base64')).data]).toEqual([7, 200]);
  });

  it('weighs green most in the brightness, and a grey image keeps its own', () => {
    const colours = brightness({ height: 1, width: 3, channels: 3, data: [255, 0, 0, 0, 255, 0, 0, 0, 255] });
    expect(colours[1]).toBeGreaterThan(colours[0]!);
    expect(colours[0]).toBeGreaterThan(colours[2]!);
    expect(grey({ height: 1, width: 1, channels: 3, data: [90, 90, 90] }).data[0]).toBeCloseTo(90, 10);
  });

  it('turns weights into colours, the least dark and the largest light', () => {
    const heat = heatMap([0, 1], 1, 2);
    expect(Array.from(heat.data)).toEqual([0, 0, 4, 252, 253, 191]);
  });

  it('finds the patch with the most contrast', () => {
    const data = new Array<number>(36).fill(90);
    data[3 * 6 + 4] = 255; // row 3, column 4: the last of 2 × 3 patches of 3 × 2 pixels
    expect(sharpestPatch({ height: 6, width: 6, channels: 1, data }, { rows: 2, columns: 3 })).toBe(5);
  });
});
