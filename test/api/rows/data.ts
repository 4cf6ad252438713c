import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import * as data from '../../../src/data/index.js';
import {
  cacheFolder,
  datasetIn,
  decodeImage,
  gunzip,
  loadDataset,
  readImage,
  readImageFolder,
} from '../../../src/data/node/index.js';
import { bytesOf, cifar, digits, idx, image, someImages } from '../../data/fixtures.js';
import { smooth, writeFiles } from '../../data/images/image-files.js';
import { row } from '../row.js';

const source = someImages(6);
const photo = image(2, 3, 1, [1, 2, 3, 4, 5, 6]);
const whole = (n: number, least = 0): boolean => Number.isSafeInteger(n) && n >= least;

const posterize = data.defineTransform({
  kind: 'posterize',
  settings: t.type({ levels: t.number }),
  apply:
    ({ levels }) =>
    (_, { data: values, ...size }) => ({ ...size, data: values.map((value) => Math.floor(value / levels)) }),
});

const bytes: data.ImageBytes = {
  ...{ height: 2, width: 3, channels: 1, count: 2, classes: ['a', 'b'] },
  pixels: bytesOf(12),
  labels: [0, 1],
};

/** A source gives as many images as it says, each with a label of its classes and as many values as its size says. */
const isWhole = (made: data.ImageSource): boolean =>
  whole(made.count) &&
  Array.from({ length: made.count }, (_, i) => i).every((i) => {
    const { height, width, channels, data: values } = made.image(i);
    return values.length === height * width * channels && whole(made.label(i)) && made.label(i) < made.classes.length;
  });

const plain = orThrow(data.adaptedPipeline([{ kind: 'normalize' }, { kind: 'flip' }], source));

/** Every image once, in batches of the size. */
const isBatched = (requests: readonly data.BatchRequest[], count: number, size: number): boolean =>
  requests.length === Math.ceil(count / size) &&
  [...requests.flatMap(({ indices }) => [...indices])].sort((a, b) => a - b).join() === [...Array(count).keys()].join();

/** The batches of requests, or the error that the first one gives. */
const made = (requests: Iterable<data.BatchRequest>): E.Either<data.BatchError, readonly data.BatchRequest[]> => {
  const all = [...requests];
  for (const request of all) {
    const batch = data.makeBatch(plain)(request);
    if (E.isLeft(batch)) return batch;
  }
  return E.right(all);
};

const normalized = { kind: 'normalize', mean: [1, 2, 3], std: [1, 2, 3] };
const folder = mkdtempSync(join(tmpdir(), 'vitrail-api-'));
writeFileSync(join(folder, 'empty'), '');

const jpeg = new Uint8Array(await smooth(12, 10).jpeg().toBuffer());
const decoding = { height: 4, width: 5, channels: 3 as const, ...data.defaultDecoding };
writeFiles(
  join(folder, 'images'),
  Object.fromEntries([...'ab'].flatMap((name) => [1, 2, 3, 4, 5].map((i) => [`${name}/${i}.jpg`, jpeg]))),
);
const isDecoded = ({ height, width, channels }: typeof decoding): boolean =>
  whole(height, 1) && whole(width, 1) && [1, 3].includes(channels) && height * width * channels <= 2 ** 31;
// Words, which the types restrict.
const ways = /fit|kernel|background/;

export const dataRows = [
  row(
    'data/fingerprint',
    [{ ...bytes }],
    (given) => pipe(TE.fromEither(data.imagesFromBytes(given)), TE.chainW(data.fingerprint))(),
    (hash) => /^[0-9a-f]{64}$/.test(hash),
  ),
  row(
    'data/node/decodeImage',
    [jpeg, decoding],
    (file, given) =>
      pipe(
        decodeImage(file, given),
        TE.mapLeft(({ reason, detail }) => ({ _tag: reason, message: `${reason}: ${detail}` })),
      )(),
    (pixels, _, given) => isDecoded(given) && pixels.length === given.height * given.width * given.channels,
    { fixed: ways },
  ),
  row(
    'data/node/readImage',
    ['images/a/1.jpg', decoding],
    (path, given) => readImage(join(folder, path), given)(),
    ({ data: values }, _, given) => isDecoded(given) && values.length === given.height * given.width * given.channels,
    { fixed: ways },
  ),
  row(
    'data/node/readImageFolder',
    ['images', { size: { height: 4, width: 5 }, memory: 1e6 }],
    (path, options) => readImageFolder(join(folder, path), options)(),
    ({ train, test }, _, { size }) =>
      train.count + test.count === 10 && whole(size.height, 1) && whole(size.width, 1) && isWhole(train),
    // Another path may be that of a folder with many files.
    { allowGiants: false, fixed: /^0/ },
  ),
  row(
    'data/node/datasetIn',
    ['images'],
    (path) => datasetIn(join(folder, path), 'cifar10')(),
    (name, path) => name === (path === 'images' ? 'image-folder' : name),
  ),

  row(
    'data/adapt',
    [[{ kind: 'normalize' }, { kind: 'rotate', factor: 0.1 }]],
    (given) => data.adapt(given, source),
    (transforms, given) => transforms.length === given.length,
  ),
  row(
    'data/outputSize',
    [[{ kind: 'resize', height: 4, width: 5 }], { height: 8, width: 8, channels: 2 }],
    (transforms, size) => data.outputSize(transforms, size),
    (size, transforms, input) => {
      const { height, width } = transforms.at(-1) ?? input;
      return (
        size.height === height &&
        size.width === width &&
        size.channels === input.channels &&
        [height, width, size.channels].every((n) => whole(n, 1))
      );
    },
  ),
  row(
    'data/defineTransform',
    [[{ kind: 'posterize', levels: 2 }]],
    (transforms) =>
      E.map((made: data.Pipeline) => made.augment(key(1), photo))(data.pipeline(transforms, { custom: [posterize] })),
    ({ data: values }, transforms) =>
      values.every((value, i) =>
        Object.is(
          value,
          Math.fround(transforms.reduce((x, { levels }) => Math.fround(Math.floor(x / levels)), photo.data[i] ?? 0)),
        ),
      ),
  ),
  row(
    'data/pipeline',
    [[normalized, { kind: 'resize', height: 4, width: 5 }], { height: 8, width: 8, channels: 3 }],
    (transforms, input) => data.pipeline(transforms, { input }),
    ({ transforms }, given) => transforms.length === given.length,
  ),
  row(
    'data/adaptedPipeline',
    [[{ kind: 'normalize' }, { kind: 'zoom', height: 0.1, width: 0.2 }]],
    (given) => data.adaptedPipeline(given, source),
    ({ transforms }, given) => transforms.length === given.length,
  ),
  row(
    'data/pipelineWith',
    [[normalized]],
    (transforms) =>
      E.mapLeft(() => ({ _tag: 'ConfigError', message: 'refused by the codec' }))(
        data.pipelineWith().decode(transforms),
      ),
    ({ transforms }, given) => transforms.length === given.length,
  ),
  row(
    'data/transformsWith',
    [[normalized]],
    (transforms) =>
      E.mapLeft(() => ({ _tag: 'ConfigError', message: 'refused by the codec' }))(
        data.transformsWith([]).decode(transforms),
      ),
    (transforms, given) => transforms.length === given.length,
  ),
  row(
    'data/statisticsOf',
    [{ ...bytes }],
    (given) => E.chain(data.statisticsOf)(data.imagesFromBytes(given)),
    ({ mean, std }, { pixels, channels }) => {
      const own = [...pixels].filter((_, i) => i % channels === 0);
      const center = own.reduce((sum, x) => sum + x, 0) / own.length;
      return Math.abs((mean[0] ?? 0) - center) < 1e-9 && std.every((x) => x > 0);
    },
  ),
  row(
    'data/blank',
    [{ height: 2, width: 3, channels: 1 }],
    data.blank,
    ({ data: values }, { height, width, channels }) =>
      values.length ===
      ([height, width, channels].every((n) => whole(n)) && height * width * channels <= 2 ** 31
        ? height * width * channels
        : 0),
  ),
  row('data/imagesFromBytes', [{ ...bytes }], data.imagesFromBytes, isWhole),
  row(
    'data/concatenateSources',
    [{ ...bytes }],
    (given) =>
      E.chain((other: data.ImageSource) => data.concatenateSources([orThrow(data.imagesFromBytes(bytes)), other]))(
        data.imagesFromBytes(given),
      ),
    (made) => isWhole(made),
  ),
  row(
    'data/customSource',
    [{ count: 2, height: 1, width: 2, channels: 3 }, 3, 1],
    ({ count, ...size }, values, batch) => {
      const own = data.customSource(
        { module: import.meta.url, name: 'none', options: {} },
        {
          count,
          classes: ['a', 'b'],
          label: (i) => i % 2,
          image: () => ({ ...size, data: new Float32Array(6).fill(values) }),
        },
      );
      const { threadData: _, ...inMainThread } = own;
      return made(data.validationRequests(inMainThread, { size: batch }));
    },
    (requests, { count }, _, batch) => isBatched(requests, count, batch),
    { allowGiants: false },
  ),
  row(
    'data/take',
    [3],
    (count) => data.take(count)(source),
    ({ count }, n) => whole(n) && count === Math.min(n, source.count),
  ),
  row(
    'data/splitValidation',
    [0.5],
    (fraction) => data.splitValidation(fraction)(source),
    ({ train, validation }, fraction) =>
      train.count === Math.floor(source.count * (1 - fraction)) && train.count + validation.count === source.count,
  ),
  row(
    'data/subset',
    [[0, 5, 5]],
    (indices) => data.subset(indices)(source),
    (chosen, indices) =>
      indices.every((index, i) => whole(index) && index < source.count && chosen.label(i) === source.label(index)),
  ),
  row(
    'data/relabelled',
    [['b', 'a']],
    (classes) => data.relabelled(classes, 'images')(orThrow(data.imagesFromBytes(bytes))),
    (made, classes) => isWhole(made) && made.classes.join() === classes.join() && classes[made.label(0)] === 'a',
  ),
  row('data/batchCount', [10, 3], data.batchCount, (count, images, size) => Object.is(count, Math.ceil(images / size))),
  row(
    'data/epochOrder',
    [6],
    (count) => data.epochOrder(key(1), count),
    (order, count) =>
      order.length === (whole(count) && count < 2 ** 31 ? count : 0) && new Set(order).size === order.length,
  ),
  row(
    'data/trainingRequests',
    [{ size: 4, epoch: 0, done: 0 }],
    ({ size, epoch, done }) => made(data.trainingRequests(source, { size, epoch, done, epochKey: key(1) })),
    (requests, { size, done }) =>
      requests.length === Math.max(0, Math.ceil(source.count / size) - done) && whole(done) && whole(size, 1),
  ),
  row(
    'data/validationRequests',
    [{ size: 4 }],
    ({ size }) => made(data.validationRequests(source, { size })),
    (requests, { size }) => isBatched(requests, source.count, size),
  ),
  row(
    'data/makeBatch',
    [[0, 5]],
    (indices) =>
      data.makeBatch(plain)({
        purpose: 'validation',
        epoch: 0,
        index: 0,
        count: 1,
        source,
        indices: indices as unknown as Uint32Array,
      }),
    ({ input, target }, indices) =>
      indices.every(
        (index, i) =>
          target.data[i] === source.label(index) &&
          [...plain.preprocess(source.image(index)).data].every((x, j) => input.data[60 * i + j] === x),
      ),
  ),
  row(
    'data/withBatches',
    [4, 0],
    (size, workers) =>
      data.withBatches(data.validationRequests(source, { size }), plain, { workers })((next) => next)(),
    ({ target }, size) => target.data.length === Math.min(size, source.count) && whole(size, 1),
  ),
  row(
    'data/decodeCifar',
    [cifar([[1], [2]]).slice(0)],
    (file) =>
      data.decodeCifar([{ what: 'label', classes: 10 }], digits, { least: 1, most: 10 })({
        file: 'train.bin',
        bytes: file,
      }),
    (decoded, file) => isWhole(decoded) && decoded.count * 3073 === file.length,
  ),
  row(
    'data/decodeIdx',
    [idx(2051, [2, 2, 2], bytesOf(8)), idx(2049, [2], [0, 1])],
    (images, labels) => data.decodeIdx(digits)({ file: 'images', bytes: images }, { file: 'labels', bytes: labels }),
    (made) => isWhole(made),
  ),
  row(
    'data/stackImages',
    [[{ height: 1, width: 2, channels: 1, data: new Float32Array([1, 2]) }]],
    data.stackImages,
    ({ shape, data: numbers }, images) =>
      shape[0] === images.length &&
      shape.every((size) => whole(size, 1)) &&
      numbers.length === shape.reduce((product, size) => product * size, 1),
    { allowGiants: false },
  ),
  row(
    'data/node/gunzip',
    [new Uint8Array(gzipSync(bytesOf(100)))],
    (file) => gunzip({ file: 'images.gz', bytes: file }),
    ({ bytes: unpacked }, file) =>
      file[0] !== 0x1f || file[1] !== 0x8b ? unpacked === file : Buffer.compare(unpacked, gunzipSync(file)) === 0,
  ),
  row(
    'data/node/loadDataset',
    ['fashion-mnist-small'],
    (name) => loadDataset(name)(),
    ({ train, name: loaded }, name) => train.count > 0 && loaded.length > 0 && name.startsWith('fashion'),
  ),
  row('data/node/cacheFolder', [{ VITRAIL_CACHE: folder }], cacheFolder, (path) => path.length > 0),
];
