import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { key } from '../../../src/core/key.js';
import { type ImageSource, imagesFromBytes, splitValidation } from '../../../src/data/index.js';
import { type ImageFolderOptions, readImageFolder } from '../../../src/data/node/index.js';
import { contents, labelsOf, left, right } from '../fixtures.js';
import { drawn, folderWith, pngs, smooth, writeFiles } from './image-files.js';

const read = async (folder: string, options: ImageFolderOptions = {}) =>
  right(await readImageFolder(folder, options)());
const fail = async (folder: string, options: ImageFolderOptions = {}) => left(await readImageFolder(folder, options)());

const counts = (source: ImageSource) =>
  source.classes.map((_, label) => labelsOf(source).filter((found) => found === label).length);

/** Two classes in all three parts. */
const parts = async () => ({
  ...(await pngs('train/cat', 4, 0)),
  ...(await pngs('train/dog', 3, 10)),
  ...(await pngs('val/cat', 2, 20)),
  ...(await pngs('val/dog', 1, 30)),
  ...(await pngs('test/cat', 1, 40)),
  ...(await pngs('test/dog', 2, 50)),
});

describe('train, val and test', () => {
  test('are what they say, with the pixels of the files', async () => {
    const folder = await read(folderWith(await parts()));
    expect(folder.classes).toEqual(['cat', 'dog']);
    expect([counts(folder.train), counts(folder.validation!), counts(folder.test)]).toEqual([
      [4, 3],
      [2, 1],
      [1, 2],
    ]);
    expect(folder.files.skipped).toEqual([]);
    const { files } = folder.files.split.train;
    for (const [i, path] of files.entries()) {
      const seed = (path.includes('dog') ? 10 : 0) + Number(path.split('/')[2]![0]);
      expect(folder.train.image(i)).toEqual({
        height: 8,
        width: 8,
        channels: 3,
        data: Float32Array.from(await smooth(8, 8, seed).raw().toBuffer()),
      });
    }
  });

  test('may be classes: a folder `train` of files beside other classes has pictures of trains', async () => {
    const classes = ['apple', 'test', 'train'];
    const files = Object.assign({}, ...(await Promise.all(classes.map((name, i) => pngs(name, 5, 10 * i)))));
    const { classes: found, files: read_ } = await read(folderWith(files));
    expect([found, read_.skipped]).toEqual([classes, []]);
    // Folders of parts alone are parts, also where they have no folders.
    const unsorted = folderWith({ ...(await pngs('train', 5)), ...(await pngs('test', 5, 9)) });
    expect((await fail(unsorted)).message).toContain('10 outside-classes: test/0.png');
  });

  test('with testOnly only the images to test on are read, with the classes of all', async () => {
    const root = folderWith({ ...(await parts()), 'train/cat/broken.png': 'no picture' });
    rmSync(join(root, 'test/dog'), { recursive: true });
    const tested = await read(root, { testOnly: true });
    expect([tested.classes, tested.train.count, counts(tested.test)]).toEqual([['cat', 'dog'], 0, [1, 0]]);
    expect(tested.files).toMatchObject({ skipped: [], hasParts: true });
    rmSync(join(root, 'test'), { recursive: true });
    expect(counts((await read(root, { testOnly: true })).test)).toEqual([2, 1]);
    const flat = await read(folderWith({ ...(await pngs('cat', 3)), ...(await pngs('dog', 2, 9)) }), {
      testOnly: true,
    });
    expect([counts(flat.test), flat.train.count, flat.files.hasParts]).toEqual([[3, 2], 0, false]);
  });

  test.each(['validation', 'valid', 'Val'])('%s is the name of validation images too', async (name) => {
    const files = Object.entries(await parts()).map(([path, bytes]) => [path.replace('val/', `${name}/`), bytes]);
    expect((await read(folderWith(Object.fromEntries(files)))).validation?.count).toBe(3);
  });

  test('without test, val is tested on', async () => {
    const { 'test/cat/0.png': _, 'test/dog/0.png': __, 'test/dog/1.png': ___, ...files } = await parts();
    const folder = await read(folderWith(files));
    expect([folder.validation, folder.test.count]).toEqual([undefined, 3]);
  });

  test('with train alone, some of each class is held back', async () => {
    const root = folderWith({ ...(await pngs('train/a', 10)), ...(await pngs('train/b', 5)) });
    const { train, test: held } = await read(root);
    expect([counts(train), counts(held)]).toEqual([
      [8, 4],
      [2, 1],
    ]);
  });
});

describe('only classes', () => {
  const files = async () => ({ ...(await pngs('a', 20)), ...(await pngs('b', 10, 30)), ...(await pngs('c', 1, 50)) });

  test('are split by the key, in proportion, and at least one image of a class is trained on', async () => {
    const root = folderWith(await files());
    const first = await read(root, { key: key(1) });
    expect([counts(first.train), counts(first.test)]).toEqual([
      [16, 8, 1],
      [4, 2, 0],
    ]);
    expect(contents((await read(root, { key: key(1) })).train)).toEqual(contents(first.train));
    const { split } = (await read(root, { key: key(2) })).files;
    expect([...split.test.files].sort()).not.toEqual([...first.files.split.test.files].sort());
    expect(counts((await read(root, { testFraction: 0.5 })).test)).toEqual([10, 5, 0]);
  });

  test('no image is in two parts or in none', async () => {
    const { split } = (await read(folderWith(await files()))).files;
    const all = [...split.train.files, ...split.test.files].sort();
    expect(all).toEqual(Object.keys(await files()).sort());
  });

  test('adding a class does not change the split of the others', async () => {
    const root = folderWith(await files());
    const before = (await read(root)).files.split.test.files;
    writeFiles(root, await pngs('aa', 10, 60));
    const after = (await read(root)).files.split.test.files;
    expect(after.filter((path) => !path.startsWith('aa/'))).toEqual(before);
  });

  test('every range of the training images has each class in proportion', async () => {
    const { train } = await read(folderWith({ ...(await pngs('a', 40)), ...(await pngs('b', 20, 7)) }), {
      testFraction: 0.25,
    });
    expect(counts(train)).toEqual([30, 15]);
    expect(counts(right(splitValidation(0.2)(train)).validation)).toEqual([6, 3]);
    for (let from = 0; from < 45; from += 9)
      expect(
        labelsOf(train)
          .slice(from, from + 9)
          .filter((label) => label === 1),
      ).toHaveLength(3);
  });

  test('may lie in one folder in the folder', async () => {
    const nested = Object.entries(await files()).map(([path, bytes]) => [`pictures/${path}`, bytes]);
    expect((await read(folderWith(Object.fromEntries(nested)))).classes).toEqual(['a', 'b', 'c']);
  });

  test('may have folders in them', async () => {
    const { train, test: held } = await read(
      folderWith({ ...(await pngs('a/x/y', 3)), ...(await pngs('a/z', 2)), ...(await pngs('b', 5)) }),
    );
    expect([counts(train), counts(held)]).toEqual([
      [4, 4],
      [1, 1],
    ]);
  });
});

test('class names of any language are sorted by code point', async () => {
  const names = [
    'Zebra',
    'apfel',
    'Äpfel',
    'ñandú',
    '猫',
    'собака',
    'قط',
    '🦊',
    '\uff21',
    'with space',
    "quo'te",
    'a&b',
  ];
  const files = await Promise.all(names.map((name, i) => pngs(name, 3, i)));
  const { classes } = await read(folderWith(Object.assign({}, ...files)));
  expect(classes).toEqual([
    ...['Zebra', 'a&b', 'apfel', "quo'te", 'with space'],
    ...['Äpfel', 'ñandú', 'собака', 'قط', '猫', '\uff21', '🦊'],
  ]);
});

test('composed and decomposed letters are the same class', async () => {
  const root = folderWith({
    ...(await pngs('train/caf\u00e9', 2)),
    ...(await pngs('train/tea', 2)),
    ...(await pngs('test/cafe\u0301', 1)),
  });
  const { classes, test: tested } = await read(root);
  expect(classes).toEqual(['caf\u00e9', 'tea'].sort());
  expect(tested.count).toBe(1);
});

test('there may be more than 256 classes', async () => {
  const [bytes] = Object.values(await pngs('x', 1));
  const files = Array.from({ length: 300 }, (_, i) => [0, 1].map((k) => [`${1000 + i}/${k}.png`, bytes!] as const));
  const { classes, train } = await read(folderWith(Object.fromEntries(files.flat())), { testFraction: 0.5 });
  expect([classes.length, classes[299], Math.max(...labelsOf(train))]).toEqual([300, '1299', 299]);
});

describe('sizes', () => {
  const mixed = async () =>
    folderWith({
      ...(await pngs('a', 2)),
      ...(await pngs('b', 2)),
      'b/wide.png': await smooth(6, 20).png().toBuffer(),
    });

  test('that differ need a size', async () => {
    const error = await fail(await mixed());
    expect(error.kind).toBe('mismatch');
    expect(error.message).toContain('a/0.png of 8 × 8 and b/wide.png of 6 × 20');
    const { train, files } = await read(await mixed(), {
      size: { height: 5, width: 7 },
      fit: 'pad',
      testFraction: 0.4,
    });
    expect(train.image(0)).toMatchObject({ height: 5, width: 7, channels: 3 });
    expect(files.decoding).toEqual({
      height: 5,
      width: 7,
      channels: 3,
      fit: 'pad',
      kernel: 'lanczos3',
      background: [255, 255, 255],
    });
  });

  test('can be chosen from the files', async () => {
    const size = (images: readonly { readonly width: number }[]) => ({
      height: 4,
      width: Math.max(...images.map(({ width }) => width)),
    });
    expect((await read(await mixed(), { size, testFraction: 0.4 })).train.image(0)).toMatchObject({
      height: 4,
      width: 20,
    });
  });

  test('images that are all gray have one channel', async () => {
    const gray = await drawn(8, 8, 1, (row, column) => row * column)
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const root = folderWith({ 'a/0.png': gray, 'a/1.png': gray, 'b/0.png': gray, 'b/1.png': gray });
    const options = { testFraction: 0.5 };
    expect((await read(root, options)).train.image(0).channels).toBe(1);
    expect((await read(root, { ...options, channels: 3 })).train.image(0).channels).toBe(3);
    writeFiles(root, await pngs('b', 1));
    expect((await read(root, options)).train.image(0).channels).toBe(3);
  });
});

describe('a recorded split', () => {
  test('gives the same images in the same order, whatever is added', async () => {
    const root = folderWith({ ...(await pngs('a', 8)), ...(await pngs('b', 8, 20)) });
    const before = await read(root);
    const split = JSON.parse(JSON.stringify(before.files.split));
    writeFiles(root, {
      ...(await pngs('a', 12, 70)),
      ...(await pngs('aa', 4)),
      'a/0.png': (await pngs('a', 1))['a/0.png']!,
    });
    writeFiles(root, await pngs('a', 8));
    const after = await read(root, { split, key: key(9) });
    expect(after.files.split).toEqual(split);
    expect([contents(after.train), contents(after.test)]).toEqual([contents(before.train), contents(before.test)]);
  });

  test('needs all of its files', async () => {
    const root = folderWith({ ...(await pngs('a', 8)), ...(await pngs('b', 8)) });
    const { split } = (await read(root)).files;
    rmSync(join(root, 'a/3.png'));
    writeFiles(root, { 'b/2.png': 'no image any more' });
    const error = await fail(root, { split });
    expect(error.kind).toBe('mismatch');
    expect(error.message).toContain('the 16 files of the recorded split');
    expect(error.message).toContain('a/3.png');
    expect(error.message).toContain('b/2.png (no known image format)');
  });
});

test('images decoded when they are read have the same bits as those in memory', async () => {
  const root = folderWith({
    ...(await pngs('a', 6)),
    ...(await pngs('b', 6, 20)),
    'b/big.jpg': await smooth(300, 200).jpeg().toBuffer(),
  });
  const options = { size: { height: 9, width: 11 } };
  const memory = await read(root, options);
  const files = await read(root, { ...options, memory: 0 });
  expect(files.train.threadData).toMatchObject({ of: { kind: 'module', name: 'imagesFromFiles' } });
  expect(memory.train.threadData).toMatchObject({ of: { kind: 'bytes' } });
  expect([contents(files.train), contents(files.test)]).toEqual([contents(memory.train), contents(memory.test)]);
});

test('sources made of bytes agree', async () => {
  const root = folderWith({ ...(await pngs('a', 2)), ...(await pngs('b', 2, 5)) });
  const { train, classes } = await read(root, { testFraction: 0.5 });
  const pixels = Uint8Array.from([0, 1].flatMap((i) => Array.from(train.image(i).data)));
  const bytes = imagesFromBytes({
    height: 8,
    width: 8,
    channels: 3,
    count: 2,
    pixels,
    labels: labelsOf(train),
    classes,
  });
  expect(contents(right(bytes))).toEqual(contents(train));
});

describe('folders that cannot be used', () => {
  test('one that does not exist', async () => {
    expect(await fail('/no/such/folder')).toMatchObject({ kind: 'missing', file: '/no/such/folder' });
  });
  test('a file', async () => {
    const root = folderWith({ 'a.png': 'x' });
    expect(await fail(join(root, 'a.png'))).toMatchObject({ kind: 'missing', actual: 'a file' });
  });
  test('an empty one', async () => {
    const error = await fail(folderWith({}));
    expect(error).toMatchObject({ kind: 'empty', actual: 'no files' });
    expect(error.message).toContain('train/<class>/…');
  });
  test('one without images says what is there instead', async () => {
    const error = await fail(folderWith({ 'a/notes.txt': 'hello', 'b/page.jpg': '<html>' }));
    expect(error.kind).toBe('empty');
    expect(error.message).toContain('2 not-an-image: a/notes.txt');
  });
  test('one class', async () => {
    const root = folderWith(await pngs('cats', 5));
    expect(await fail(root)).toMatchObject({ kind: 'empty', actual: "one class, 'cats'" });
  });
  test('too few images to hold some back', async () => {
    const root = folderWith({ ...(await pngs('a', 1)), ...(await pngs('b', 1)) });
    expect((await fail(root)).message).toContain('images to test on');
  });
  test('reading that is stopped', async () => {
    const root = folderWith({ ...(await pngs('a', 3)), ...(await pngs('b', 3)) });
    const signal = AbortSignal.abort();
    expect((await fail(root, { signal, size: { height: 8, width: 8 } })).kind).toBe('empty');
  });
});

test('progress counts every image once', async () => {
  const root = folderWith({ ...(await pngs('a', 3)), ...(await pngs('b', 4)) });
  const seen: string[] = [];
  await read(root, { onProgress: ({ images, of }) => seen.push(`${images}/${of}`) });
  expect(seen).toEqual(['1/7', '2/7', '3/7', '4/7', '5/7', '6/7', '7/7']);
  mkdirSync(join(root, 'c'));
});
