/** Every kind of damage gives a line of its own, and everything that is whole is loaded. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSkipped } from '../../../src/data/index.js';
import { readImageFolder } from '../../../src/data/node/index.js';
import { labelsOf, left, right } from '../fixtures.js';
import { damaged } from './damaged-files.js';
import { type Files, folderWith, noise, pngs } from './image-files.js';

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

// Other systems do not allow such names.
test.runIf(process.platform === 'linux')('files whose names are not UTF-8 are listed, each of them', async () => {
  const root = folderWith(await whole());
  for (const letter of [0xe8, 0xe9])
    writeFileSync(Buffer.concat([Buffer.from(`${root}/train/a/`), Buffer.from([letter]), Buffer.from('.png')]), 'x');
  const { files, train } = right(await readImageFolder(root)());
  expect(train.count).toBe(9);
  const line = { path: 'train/a/\uFFFD.png', reason: 'unreadable', detail: 'its name is not valid UTF-8: rename it' };
  expect(files.skipped).toEqual([line, line]);
});

test('a line is a line, whatever the name of a file', () => {
  const skipped = [{ path: 'a\nb\u001b[2J.png', reason: 'not-an-image', detail: 'text' }] as const;
  expect(describeSkipped(skipped)).toEqual(['1 not-an-image: a\\x0ab\\x1b[2J.png (text)']);
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
