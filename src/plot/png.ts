/**
 * Images as PNG data addresses, and the few changes that figures make to them.
 *
 * @module
 */
import { encode } from 'fast-png';
import { magma } from './color-map.js';
import type { PixelImage } from './results.js';

/** The bytes of an image: rounded, clamped to 0 … 255, and as many as its sizes say. */
const bytes = ({ height: rows, width: columns, channels, data }: PixelImage): Uint8Array => {
  const clamped = new Uint8ClampedArray(rows * columns * channels);
  for (let i = 0; i < Math.min(clamped.length, data.length); i++) clamped[i] = data[i]!;
  return new Uint8Array(clamped.buffer);
};

/** The image as a PNG file, 8 bits a channel. */
export const encodePng = (image: PixelImage): Uint8Array =>
  encode({ width: image.width, height: image.height, channels: image.channels, depth: 8, data: bytes(image) });

/** `data:image/png;base64,…` */
export const pngAddress = (image: PixelImage): string =>
  `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;

/** The brightness of every pixel, 0 … 255, in row order (Rec. 709 weights). */
export const brightness = ({ height: rows, width: columns, channels, data }: PixelImage): readonly number[] =>
  Array.from({ length: rows * columns }, (_, i) =>
    channels === 1 ? data[i]! : 0.2126 * data[3 * i]! + 0.7152 * data[3 * i + 1]! + 0.0722 * data[3 * i + 2]!,
  );

/** The image without its colours: a ground on which only a heat map is coloured. */
export const grey = (image: PixelImage): PixelImage => ({ ...image, channels: 1, data: brightness(image) });

/** Values 0 … 1 in row order as colours. */
export const heatMap = (values: readonly number[], rows: number, columns: number): PixelImage => ({
  height: rows,
  width: columns,
  channels: 3,
  data: values.flatMap(magma),
});

/** The patch with the most contrast, which is the one worth following: its position in row order. */
export const sharpestPatch = (image: PixelImage, grid: { readonly rows: number; readonly columns: number }): number => {
  const light = brightness(image);
  const count = grid.rows * grid.columns;
  const sums = Array.from({ length: count }, () => ({ pixels: 0, first: 0, second: 0 }));
  light.forEach((value, i) => {
    const row = Math.floor((Math.floor(i / image.width) * grid.rows) / image.height);
    const column = Math.floor(((i % image.width) * grid.columns) / image.width);
    const sum = sums[row * grid.columns + column]!;
    sum.pixels += 1;
    sum.first += value;
    sum.second += value * value;
  });
  const contrasts = sums.map(({ pixels, first, second }) => second / pixels - (first / pixels) ** 2);
  return Math.max(0, contrasts.indexOf(Math.max(...contrasts)));
};
