import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { orThrow } from '../../dist/core/index.js';
import { loadDataset } from '../../dist/data/node/index.js';

/** The first test image of each of the ten classes of Fashion-MNIST, as PNG files in the size of the quickstart's models. */
export const writeGarments = async (folder) => {
  mkdirSync(folder);
  const { test } = orThrow(await loadDataset('fashion-mnist-small')());
  const firsts = test.classes.map((_, label) =>
    Array.from({ length: test.count }, (_, i) => i).find((i) => test.label(i) === label),
  );
  return Promise.all(
    firsts.map(async (i, label) => {
      const { height, width, data } = test.image(i);
      const path = join(folder, `${label}.png`);
      await sharp(Uint8Array.from(data), { raw: { height, width, channels: 1 } })
        .toColourspace('b-w')
        .toFile(path);
      return path;
    }),
  );
};

const SIZES = [
  [28, 28],
  [28, 28],
  [64, 64],
  [120, 90],
  [90, 120],
  [300, 300],
  [640, 480],
  [481, 1000],
  [28, 28],
  [2000, 1500],
];
const OUTLINES = [
  'M4 4h20v8h-5v12H9V12H4z',
  'M9 2h10v24h-4V10h-2v16H9z',
  'M3 18c8 0 10-4 14-6l8 8v4H3z',
  'M6 10h16v14H6zM10 10c0-8 8-8 8 0',
];

/** Ten shapes like garments, in color and of many sizes, as PNG and JPEG files. */
export const writeShapes = (folder) => {
  mkdirSync(folder);
  return Promise.all(
    SIZES.map(async ([width, height], i) => {
      const shape = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 28 28" preserveAspectRatio="none">
        <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${36 * i} 60% 70%)"/><stop offset="1" stop-color="hsl(${36 * i} 60% 30%)"/></linearGradient></defs>
        <rect width="28" height="28"/><path fill="url(#g)" d="${OUTLINES[i % OUTLINES.length]}"/></svg>`;
      const path = join(folder, `${i}.${i % 3 === 2 ? 'jpg' : 'png'}`);
      await sharp(Buffer.from(shape)).toFile(path);
      return path;
    }),
  );
};
