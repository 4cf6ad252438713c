import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import { encodePng } from './png.js';
import type { PixelImage } from './results.js';

export interface MontageOptions {
  /** The side of the square that a pixel becomes, a whole number; default: 1. */
  readonly scale?: number;
  /** The white pixels between images, and around all; default: 2. */
  readonly gap?: number;
}

/** The largest side of a picture. */
const LARGEST = 16_384;

const isSide = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= LARGEST;

const checkImage = ({ height, width, channels, data }: PixelImage): E.Either<ConfigError, void> =>
  [height, width, channels].every(isSide) && data.length === height * width * channels
    ? E.right(undefined)
    : E.left(
        configError(
          'montage',
          `expected images with height · width · channels values, got ${data.length} for ${height} × ${width} × ${channels}`,
        ),
      );

/** The value of channel 0, 1 or 2 of a pixel; gray images have the same for all. */
const valueAt = ({ width, channels, data }: PixelImage, row: number, column: number, channel: number): number =>
  data[(row * width + column) * channels + (channels < 3 ? 0 : channel)] ?? 0;

const drawn = (
  rows: readonly (readonly PixelImage[])[],
  { scale = 1, gap = 2 }: MontageOptions,
): E.Either<ConfigError, PixelImage> => {
  const total = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length + gap, gap);
  const heights = rows.map((row) => scale * Math.max(0, ...row.map(({ height }) => height)));
  const height = total(heights);
  const width = Math.max(gap, ...rows.map((row) => total(row.map((image) => scale * image.width))));
  if (!isSide(height) || !isSide(width))
    return E.left(configError('montage', `expected a picture of 1 to ${LARGEST} pixels, got ${height} × ${width}`));
  const data = new Uint8ClampedArray(height * width * 3).fill(255);
  // Local mutation: one assignment per value.
  rows.forEach((row, i) => {
    const top = total(heights.slice(0, i));
    row.forEach((image, j) => {
      const left = total(row.slice(0, j).map((before) => scale * before.width));
      for (let y = 0; y < scale * image.height; y++)
        for (let x = 0; x < scale * image.width; x++)
          for (let channel = 0; channel < 3; channel++)
            data[((top + y) * width + left + x) * 3 + channel] = valueAt(
              image,
              Math.floor(y / scale),
              Math.floor(x / scale),
              channel,
            );
    });
  });
  return E.right({ height, width, channels: 3, data });
};

/**
 * One picture of many, as a PNG file: images side by side in rows, each enlarged, with white between them. Images may differ in size and in
 * channels. A `ConfigError` if an image has not as many values as its size says, or if the picture were larger than 16,384 pixels.
 *
 * @example
 * const rows = [[dataset.train.image(0), dataset.train.image(1)], [dataset.test.image(0)]];
 * const file: Uint8Array = orThrow(montage(rows, { scale: 4 }));
 */
export const montage = (
  rows: readonly (readonly PixelImage[])[],
  options: MontageOptions = {},
): E.Either<ConfigError, Uint8Array> => {
  const { scale = 1, gap = 2 } = options;
  if (!isSide(scale) || !(Number.isInteger(gap) && gap >= 0 && gap <= LARGEST))
    return E.left(configError('montage', `expected whole numbers as scale and gap, got ${scale} and ${gap}`));
  return pipe(
    E.traverseArray(checkImage)(rows.flat()),
    E.chain(() => drawn(rows, options)),
    E.map(encodePng),
  );
};
