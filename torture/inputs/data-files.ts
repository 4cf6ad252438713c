/** Damaged files of data sets: IDX and CIFAR, plain and compressed. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import { type Dataset, datasets } from '../../src/data/index.js';
import { loadDataset } from '../../src/data/node/index.js';
import { cifar } from '../../test/data/fixtures.js';
import type { Random } from '../random.js';
import { damageBytes } from './damage-bytes.js';
import type { InputKind, Material } from './trial.js';

type Files = Readonly<Record<string, Uint8Array>>;

const MEBIBYTE = 2 ** 20;

const idxFiles = (data: string): Files =>
  Object.fromEntries(
    ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map((name) => [
      `${name}-ubyte`,
      readFileSync(join(data, `${name}-ubyte`)),
    ]),
  );

const cifarFiles: Files = Object.fromEntries(
  ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'].map((name) => [
    `${name}.bin`,
    cifar([[1], [2], [9]]),
  ]),
);

/** What is wrong with a data set that was read: all images are there, and all labels are of classes. */
const problemOf = ({ train, test, classes }: Dataset): string | undefined => {
  for (const source of [train, test])
    for (let i = 0; i < source.count; i++) {
      const { height, width, channels, data } = source.image(i);
      if (data.length !== height * width * channels) return `image ${i} has ${data.length} values`;
      if (classes[source.label(i)] === undefined) return `image ${i} has label ${source.label(i)}`;
    }
  return undefined;
};

/** A small file that unpacks to a large one, made piece by piece so that making it takes no memory. */
const makeBomb = async (plain: Uint8Array, mebibytes: number): Promise<Uint8Array> => {
  function* pieces() {
    yield plain;
    for (let i = 0; i < mebibytes; i++) yield new Uint8Array(MEBIBYTE);
  }
  return new Uint8Array(await buffer(Readable.from(pieces()).pipe(createGzip({ level: 1 }))));
};

/** Damages one of the files, compressed or not, before or after compression. */
const damageOne = async (files: Files, compressed: boolean, random: Random) => {
  const [first = '', ...names] = Object.keys(files);
  const chosen = random.pick([first, ...names]);
  const plain = files[chosen] ?? new Uint8Array();
  const zip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 1 });
  if (!compressed) return { chosen, ...damageBytes(plain, random) };
  const kind = random.pick(['after', 'after', 'after', 'before', 'twice', 'bomb']);
  if (kind === 'after') return { chosen, ...damageBytes(zip(plain), random) };
  if (kind === 'twice') return { chosen, how: 'compressed twice', bytes: zip(zip(plain)) };
  if (kind === 'bomb' && random.chance(0.1)) {
    const size = random.pick([10, 50, 600]);
    return { chosen, how: `a bomb of ${size} MiB`, bytes: await makeBomb(plain, size) };
  }
  const { how, bytes } = damageBytes(plain, random);
  return { chosen, how: `${how}, then compressed`, bytes: zip(bytes) };
};

/** `most`: the bytes that a file of this data set may unpack to. */
const dataKind = (
  name: string,
  files: Files,
  folder: string,
  weight: number,
  compressed: boolean,
  most: number,
): InputKind => {
  mkdirSync(folder);
  const ending = compressed ? '.gz' : '';
  const original = (bytes: Uint8Array): Uint8Array => (compressed ? gzipSync(bytes) : bytes);
  const restore = (file: string): void =>
    writeFileSync(join(folder, file + ending), original(files[file] ?? new Uint8Array()));
  for (const file of Object.keys(files)) restore(file);
  return {
    weight,
    trial: async (random) => {
      const { chosen, how, bytes } = await damageOne(files, compressed, random);
      return {
        how: `${chosen}: ${how}`,
        bytes: compressed ? most : bytes.length,
        read: async () => {
          writeFileSync(join(folder, chosen + ending), bytes);
          const loaded = await loadDataset(name, { directory: folder, partial: true })();
          rmSync(join(folder, chosen + ending));
          restore(chosen);
          return E.isLeft(loaded) ? loaded : E.right(problemOf(loaded.right));
        },
      };
    },
  };
};

export const dataKinds = ({ data, folder }: Material): Readonly<Record<string, InputKind>> => {
  const idx = idxFiles(data);
  const [mostIdx, mostCifar] = [
    datasets['fashion-mnist'].format.train.mostBytes,
    datasets.cifar10.format.train.mostBytes,
  ];
  return {
    idx: dataKind('fashion-mnist', idx, join(folder, 'idx'), 15, false, mostIdx),
    'idx, compressed': dataKind('fashion-mnist', idx, join(folder, 'idx-gz'), 12, true, mostIdx),
    cifar: dataKind('cifar10', cifarFiles, join(folder, 'cifar'), 10, false, mostCifar),
    'cifar, compressed': dataKind('cifar10', cifarFiles, join(folder, 'cifar-gz'), 8, true, mostCifar),
  };
};
