import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { temporaryFolder } from '../../support/tiny-run.js';

/** An image whose pixels are given by a function of row, column and channel. */
export const drawn = (
  height: number,
  width: number,
  channels: 1 | 2 | 3 | 4,
  value: (row: number, column: number, channel: number) => number,
): Sharp =>
  sharp(
    Uint8Array.from({ length: height * width * channels }, (_, i) =>
      value(Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels),
    ),
    { raw: { height, width, channels } },
  );

/** A picture without sharp edges. */
export const smooth = (height = 12, width = 10, seed = 0): Sharp =>
  drawn(height, width, 3, (row, column, channel) => (40 + seed * 31 + row * 7 + column * 5 + channel * 20) % 256);

/** A picture of noise, which compresses badly. */
export const noise = (height = 64, width = 64): Sharp =>
  drawn(
    height,
    width,
    3,
    (row, column, channel) => Math.imul((row * 64 + column) * 3 + channel + 1, 2654435761) >>> 24,
  );

export type Files = Readonly<Record<string, Uint8Array | string>>;

/** Writes files into a folder, with the folders that they are in. */
export const writeFiles = (root: string, files: Files): string => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
};

/** A new folder with these files. */
export const folderWith = (files: Files): string => writeFiles(temporaryFolder(), files);

/** PNG files of 8 × 8 pixels that all differ, `<folder>/<i>.png`. */
export const pngs = async (folder: string, count: number, seed = 0): Promise<Files> =>
  Object.fromEntries(
    await Promise.all(
      Array.from({ length: count }, async (_, i) => [
        `${folder}/${i}.png`,
        await smooth(8, 8, seed + i)
          .png()
          .toBuffer(),
      ]),
    ),
  );
