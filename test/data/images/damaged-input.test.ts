/** Every kind of damage gives a line of its own, and everything that is whole is loaded. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSkipped } from '../../../src/data/index.js';
import { readImageFolder } from '../../../src/data/node/index.js';
import { labelsOf, left, right } from '../fixtures.js';
import { type Files, folderWith, noise, pngs } from './image-files.js';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** PNG bytes with another width and height in the header. */
const resized = (png: Uint8Array, width: number, height: number): Uint8Array => {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  return copy;
};

/** PNG bytes whose compressed data is overwritten. */
const scrambled = (png: Uint8Array): Uint8Array => Buffer.from(png).fill(7, 1000, 2000);

/** Damaged files of class `a`, with the reason and a part of the line that each gets. */
const damaged = async (): Promise<Readonly<Record<string, readonly [Uint8Array, string, string]>>> => {
  const jpeg = await noise().jpeg().toBuffer();
  const png = await noise().png().toBuffer();
  const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2);
  return {
    'empty.jpg': [ascii(''), 'empty-file', 'the file is empty'],
    'notes.txt': [ascii('buy milk'), 'not-an-image', 'no known image format'],
    'page.jpg': [ascii('<!doctype html><title>404</title>'), 'not-an-image', 'no known image format'],
    'archive.png': [ascii('PK\x03\x04 and more'), 'not-an-image', 'no known image format'],
    'zeros.png': [new Uint8Array(500), 'not-an-image', 'no known image format'],
    'half.jpg': [half(jpeg), 'broken-image', 'a damaged or incomplete JPEG file'],
    'head.jpg': [jpeg.subarray(0, 100), 'broken-image', 'a damaged or incomplete JPEG file'],
    'start.jpg': [jpeg.subarray(0, 3), 'broken-image', 'JPEG'],
    'half.png': [half(png), 'broken-image', 'a damaged or incomplete PNG file'],
    'signature.png': [png.subarray(0, 8), 'broken-image', 'PNG'],
    'scrambled.png': [scrambled(png), 'broken-image', 'a damaged or incomplete PNG file'],
    'bomb.png': [resized(png, 100_000, 100_000), 'broken-image', 'a PNG file with too many pixels'],
    'no-pixels.png': [resized(png, 0, 0), 'broken-image', 'PNG'],
    'half.gif': [half(await noise().gif().toBuffer()), 'broken-image', 'GIF'],
    'half.webp': [half(await noise().webp().toBuffer()), 'broken-image', 'WebP'],
    'half.tif': [half(await noise().tiff().toBuffer()), 'broken-image', 'TIFF'],
    'half.avif': [half(await noise().avif().toBuffer()), 'broken-image', 'AVIF'],
    'old.bmp': [ascii('BM\x36\0\0\0'), 'unsupported-format', 'BMP is not supported: convert it to PNG or JPEG'],
    'drawing.svg': [ascii('<svg xmlns="…"/>'), 'unsupported-format', 'SVG'],
    'scan.pdf': [ascii('%PDF-1.7'), 'unsupported-format', 'PDF'],
    'phone.heic': [ascii('\0\0\0\x18ftypheic'), 'unsupported-format', 'HEIC'],
    '.hidden.png': [png, 'hidden', 'its name begins with a dot'],
  };
};

const whole = async (): Promise<Files> => ({
  ...(await pngs('train/a', 4)),
  ...(await pngs('train/b', 3, 9)),
  ...(await pngs('test/a', 2, 20)),
  ...(await pngs('test/b', 2, 30)),
  // Names are not looked at.
  'train/b/no extension': (await pngs('x', 1, 40))['x/0.png']!,
  'train/b/wrong.txt': await noise(8, 8).jpeg().toBuffer(),
});

const damagedFolder = async (): Promise<string> => {
  const files = Object.entries(await damaged()).map(([name, [bytes]]) => [`train/a/${name}`, bytes]);
  const [png] = Object.values(await pngs('x', 1));
  const root = folderWith({
    ...(await whole()),
    ...Object.fromEntries(files),
    '.DS_Store': 'x',
    'train/.cache/1.png': png!,
    'README.md': '# Pictures',
    'train/labels.csv': 'a,b',
    'more/a/1.png': png!,
    'train/only-broken/1.jpg': 'x',
    'test/only-broken/1.png': png!,
    'test/c/1.png': png!,
    'test/c/2.png': png!,
  });
  mkdirSync(join(root, 'train/nothing'));
  symlinkSync('/no/such/file.png', join(root, 'train/a/link.png'));
  symlinkSync('..', join(root, 'train/a/up'));
  execFileSync('mkfifo', [join(root, 'train/a/pipe.png')]);
  return root;
};

test('each kind of damage gives one clear line, and nothing else is lost', async () => {
  const folder = right(await readImageFolder(await damagedFolder(), { size: { height: 8, width: 8 } })());
  expect(folder.classes).toEqual(['a', 'b']);
  expect([folder.train.count, folder.test.count]).toEqual([9, 4]);
  expect(labelsOf(folder.test)).toEqual([0, 0, 1, 1]);
  const lines = new Map(folder.files.skipped.map(({ path, reason, detail }) => [path, [reason, detail] as const]));
  expect(lines.size).toBe(folder.files.skipped.length);
  for (const [name, [, reason, part]] of Object.entries(await damaged())) {
    const [found, detail = ''] = lines.get(`train/a/${name}`) ?? [];
    expect([name, found]).toEqual([name, reason]);
    expect(detail).toContain(part);
    expect(detail.length).toBeGreaterThan(5);
    expect(detail).not.toMatch(/\n|undefined/);
    lines.delete(`train/a/${name}`);
  }
  expect(Object.fromEntries([...lines].map(([path, [reason]]) => [path, reason]))).toEqual({
    '.DS_Store': 'hidden',
    'README.md': 'outside-classes',
    more: 'outside-classes',
    'test/c/1.png': 'unknown-class',
    'test/only-broken/1.png': 'unknown-class',
    'train/.cache': 'hidden',
    'train/a/link.png': 'broken-link',
    'train/a/pipe.png': 'not-a-file',
    'train/a/up': 'link-loop',
    'train/labels.csv': 'outside-classes',
    'train/nothing': 'empty-class',
    'train/only-broken/1.jpg': 'not-an-image',
  });
  expect(lines.get('test/c/1.png')?.[1]).toBe("class 'c' has no images to train on; its 2 files are left out");
});

test('strict makes an error of it that lists the kinds', async () => {
  const error = left(await readImageFolder(await damagedFolder(), { size: { height: 8, width: 8 }, strict: true })());
  expect(error.kind).toBe('skipped');
  expect(error.message).toContain('12 broken-image: train/a/');
  expect(error.message).toContain('1 broken-link: train/a/link.png (the link leads nowhere: it is no longer there)');
  expect(right(await readImageFolder(folderWith(await whole()), { strict: true })()).train.count).toBe(9);
});

test('links to files and folders are followed', async () => {
  const elsewhere = folderWith({ ...(await pngs('pictures', 2, 60)), ...(await pngs('.', 1, 70)) });
  const root = folderWith(await whole());
  symlinkSync(join(elsewhere, '0.png'), join(root, 'train/a/link.png'));
  symlinkSync(join(elsewhere, 'pictures'), join(root, 'train/c'));
  const folder = right(await readImageFolder(root)());
  expect([folder.classes, folder.train.count, folder.files.skipped]).toEqual([['a', 'b', 'c'], 12, []]);
});

test('the lines of many files are counted', () => {
  const skipped = Array.from(
    { length: 12 },
    (_, i) => ({ path: `${i}.txt`, reason: 'not-an-image', detail: 'text' }) as const,
  );
  expect(describeSkipped([...skipped, { path: 'a', reason: 'hidden', detail: 'dot' }])).toEqual([
    '12 not-an-image: 0.txt (text), 1.txt (text), 2.txt (text), and 9 more',
    '1 hidden: a (dot)',
  ]);
});
