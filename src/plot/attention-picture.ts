import type { AttentionMap } from './attention-rollout.js';
import { magma } from './color-map.js';
import { brightness } from './png.js';
import type { PixelImage } from './results.js';

/** How much of the colour covers the image. */
const COVER = 0.66;

/** The weight at a place of the image, 0 … 1 in both directions: linear between the centres of the patches. */
const weightAt = ({ grid: { rows, columns }, weights }: AttentionMap, down: number, across: number): number => {
  const within = (place: number, count: number) => Math.min(count - 1, Math.max(0, place * count - 0.5));
  const [row, column] = [within(down, rows), within(across, columns)];
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const at = (i: number, j: number): number => weights[Math.min(i, rows - 1) * columns + Math.min(j, columns - 1)] ?? 0;
  const along = (i: number): number => at(i, left) * (1 - column + left) + at(i, left + 1) * (column - left);
  return along(top) * (1 - row + top) + along(top + 1) * (row - top);
};

/**
 * A picture of where a model looked: the image, and beside it the same in grey under the colours of the weights, from the smallest, dark,
 * to the largest, light. `scale` pixels for each pixel of the image.
 *
 * @example
 * const map = { grid: { rows: 1, columns: 2 }, weights: [0.9, 0.1], from: 'class token' } as const;
 * const picture = attentionPicture({ height: 1, width: 2, channels: 1, data: [0, 255] }, map, 16);
 */
export const attentionPicture = (image: PixelImage, map: AttentionMap, scale = 1): PixelImage => {
  const [height, width] = [image.height * scale, image.width * scale];
  const gap = Math.max(1, Math.round(width / 32));
  const [least, most] = [Math.min(...map.weights), Math.max(...map.weights)];
  const light = brightness(image);
  const across = 2 * width + gap;
  // Local mutation: white, then one assignment per value.
  const data = new Uint8ClampedArray(height * across * 3).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = Math.floor(y / scale) * image.width + Math.floor(x / scale);
      const weight = weightAt(map, (y + 0.5) / height, (x + 0.5) / width);
      const heat = magma(most > least ? (weight - least) / (most - least) : 0);
      for (let channel = 0; channel < 3; channel++) {
        const own = image.data[pixel * image.channels + (image.channels < 3 ? 0 : channel)] ?? 0;
        data[(y * across + x) * 3 + channel] = own;
        data[(y * across + width + gap + x) * 3 + channel] =
          (1 - COVER) * (light[pixel] ?? 0) + COVER * (heat[channel] ?? 0);
      }
    }
  }
  return { height, width: across, channels: 3, data };
};
