/** The page resizes images as sharp does, within a few steps of 255. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { bytesOf, fitted } from '../../web/resize.js';

/** A picture with waves and noise. */
const picture = (height: number, width: number): Uint8Array =>
  Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    const noise = (Math.imul(i + 1, 2654435761) >>> 26) - 32;
    return Math.min(255, Math.max(0, 128 + 80 * Math.sin(column / 9 + (i % 3)) * Math.cos(row / 13) + noise));
  });

const fits = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;
const sizes = [
  [28, 28],
  [64, 64],
  [90, 120],
  [300, 300],
  [481, 1000],
  [20, 20],
] as const;

describe.each(sizes)('an image of %d × %d', (height, width) => {
  test.each(['crop', 'pad', 'stretch'] as const)('%s', async (fit) => {
    for (const channels of [1, 3]) {
      const data = picture(height, width);
      const theirs = await sharp(data, { raw: { height, width, channels: 3 } })
        .resize({ height: 28, width: 28, fit: fits[fit], kernel: 'lanczos3', background: { r: 255, g: 255, b: 255 } })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer();
      const decoding = { height: 28, width: 28, channels, fit, kernel: 'lanczos3', background: [255, 255, 255] };
      const ours = bytesOf(fitted({ height, width, data }, decoding), channels);
      expect(ours.length).toBe(theirs.length);
      const differences = Array.from(ours, (value, i) => Math.abs(value - (theirs[i] ?? Number.NaN)));
      expect(Math.max(...differences)).toBeLessThanOrEqual(9);
      expect(differences.reduce((sum, one) => sum + one, 0) / differences.length).toBeLessThan(2);
    }
  });
});
