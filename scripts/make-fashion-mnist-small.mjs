/**
 * Makes data/fashion-mnist-small from the four files of Fashion-MNIST: the first 600 training images and the first 200 test
 * images of each class. Each group of ten images has one image per class, so that the first n images are balanced for every
 * multiple n of ten. The order within a group is shuffled with a fixed seed.
 *
 *   node scripts/make-fashion-mnist-small.mjs [folder with the original files]
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const CLASSES = 10;
const SEED = 2017;
const IMAGES = 'images-idx3-ubyte.gz';
const LABELS = 'labels-idx1-ubyte.gz';

const source = process.argv[2] ?? '/usr/share/datasets/fashion-mnist';
const target = fileURLToPath(new URL('../data/fashion-mnist-small', import.meta.url));

// Mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1) from a 32-bit state.
const generator = (seed) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
};

const shuffled = (values, random) => {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
};

/** The indices of the chosen images, in their new order. */
const choose = (labels, perClass) => {
  const random = generator(SEED);
  const byClass = Array.from({ length: CLASSES }, () => []);
  labels.forEach((label, i) => {
    if (byClass[label].length < perClass) byClass[label].push(i);
  });
  return Array.from({ length: perClass }, (_, turn) =>
    shuffled(
      byClass.map((positions) => positions[turn]),
      random,
    ),
  ).flat();
};

const withCount = (header, count) => {
  const copy = Buffer.from(header);
  copy.writeUInt32BE(count, 4);
  return copy;
};

const write = (name, parts) => {
  const bytes = Buffer.concat(parts);
  const packed = gzipSync(bytes, { level: 9 });
  // zlib writes no time stamp. The tenth byte is the operating system; 255 means unknown.
  packed[9] = 255;
  writeFileSync(join(target, name), packed);
  const sum = (content) => createHash('sha256').update(content).digest('hex');
  console.log(`${name}\n  packed    ${packed.length} bytes, sha256 ${sum(packed)}`);
  console.log(`  unpacked  ${bytes.length} bytes, sha256 ${sum(bytes)}`);
};

for (const [set, perClass] of [
  ['train', 600],
  ['t10k', 200],
]) {
  const images = gunzipSync(readFileSync(join(source, `${set}-${IMAGES}`)));
  const labels = gunzipSync(readFileSync(join(source, `${set}-${LABELS}`)));
  const [imageHeader, labelHeader] = [images.subarray(0, 16), labels.subarray(0, 8)];
  const length = images.readUInt32BE(8) * images.readUInt32BE(12);
  const chosen = choose(labels.subarray(8), perClass);
  write(`${set}-${IMAGES}`, [
    withCount(imageHeader, chosen.length),
    ...chosen.map((i) => images.subarray(16 + i * length, 16 + (i + 1) * length)),
  ]);
  write(`${set}-${LABELS}`, [withCount(labelHeader, chosen.length), Buffer.from(chosen.map((i) => labels[8 + i]))]);
}
