/**
 * Images as PNG data URLs, and the image operations that the figures need.
 *
 * @module
 */
import { encode } from 'fast-png';
import { magma } from './color-map.js';
import type { PixelImage } from './results.js';

/** The number of channels that are drawn: see `PixelImage`. */
const drawnChannels = ({ channels }: PixelImage): 1 | 3 => (channels < 3 ? 1 : 3);

/** The drawn bytes: rounded, clamped to 0 … 255, and as many as the size requires. */
const bytes = (image: PixelImage): Uint8Array => {
  const drawn = drawnChannels(image);
  const clamped = new Uint8ClampedArray(image.height * image.width * drawn);
  // Local mutation: one assignment per value.
  for (let i = 0; i < clamped.length; i++)
    clamped[i] = image.data[Math.floor(i / drawn) * image.channels + (i % drawn)] ?? 0;
  return new Uint8Array(clamped.buffer);
};

/** The image as a PNG file with 8 bits per channel. */
export const encodePng = (image: PixelImage): Uint8Array =>
  encode({ width: image.width, height: image.height, channels: drawnChannels(image), depth: 8, data: bytes(image) });

/** `data:image/png;base64,…` */
export const pngDataUrl = (image: PixelImage): string =>
  `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;

/** The brightness of each pixel, 0 … 255, in row order (Rec. 709 weights). */
export const brightness = (image: PixelImage): readonly number[] => {
  const { height, width, channels, data } = image;
  const at = (pixel: number, channel: number): number => data[pixel * channels + channel] ?? 0;
  return Array.from({ length: height * width }, (_, i) =>
    drawnChannels(image) === 1 ? at(i, 0) : 0.2126 * at(i, 0) + 0.7152 * at(i, 1) + 0.0722 * at(i, 2),
  );
};

/** The image in grey, as the background of a coloured heat map. */
export const grey = (image: PixelImage): PixelImage => ({ ...image, channels: 1, data: brightness(image) });

/** Values 0 … 1 in row order as colours. */
export const heatMap = (values: readonly number[], rows: number, columns: number): PixelImage => ({
  height: rows,
  width: columns,
  channels: 3,
  data: values.flatMap(magma),
});

/** The position, in row order, of the patch with the most contrast: it makes the most informative figure. */
export const sharpestPatch = (image: PixelImage, grid: { readonly rows: number; readonly columns: number }): number => {
  // Local mutation: sums over the pixels of each patch.
  const sums = Array.from({ length: grid.rows * grid.columns }, () => ({ pixels: 0, first: 0, second: 0 }));
  brightness(image).forEach((value, i) => {
    const row = Math.floor((Math.floor(i / image.width) * grid.rows) / image.height);
    const column = Math.floor(((i % image.width) * grid.columns) / image.width);
    const sum = sums[row * grid.columns + column];
    if (sum === undefined) return;
    sum.pixels += 1;
    sum.first += value;
    sum.second += value * value;
  });
  const contrasts = sums.map(({ pixels, first, second }) => second / pixels - (first / pixels) ** 2);
  return Math.max(0, contrasts.indexOf(Math.max(...contrasts)));
};
