/** The command line on a folder of the user's own images. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { presets } from '../../src/experiment/index.js';
import { loadCheckpoint } from '../../src/train/node/index.js';
import { right } from '../data/fixtures.js';
import { folderWith, noise, pngs, smooth, writeFiles } from '../data/images/image-files.js';
import { configFile, runMain, temporaryFolder, tinyConfig } from '../support/tiny-run.js';

/** Two classes of 20 images, one of them damaged. */
const pictures = async (): Promise<string> =>
  folderWith({
    ...(await pngs('cats', 20)),
    ...(await pngs('dogs', 20, 100)),
    'dogs/broken.png': 'not a picture',
  });

const run = async (data: string, ...flags: readonly string[]) => {
  const folder = join(temporaryFolder(), 'run');
  const config = ['--config', configFile(tinyConfig({ epochs: 1 }))];
  return { folder, ...(await runMain(...config, '--data', data, '--out', folder, ...flags)) };
};

const json = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

const tensors = async (folder: string) => right(await loadCheckpoint(join(folder, 'spt-lsa.safetensors'))()).tensors;

describe('--data with a folder of images', () => {
  test('trains on its classes, says what is left out, and shows it in the report', async () => {
    const { code, text, folder } = await run(await pictures());
    expect(code, text).toBe(0);
    expect(text).toContain('reading 40 images');
    expect(text).toContain('28 training, 4 validation, 8 test images, 2 classes');
    expect(text.match(/1 not-an-image: dogs\/broken.png \(no known image format\)/g)).toHaveLength(1);
    const report = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(report).toContain('Files left out');
    expect(report).toContain('dogs/broken.png');
    const config = json(folder, 'config.json');
    expect(config).toMatchObject({
      dataset: 'image-folder',
      images: { height: 8, width: 8, channels: 3, fit: 'crop' },
    });
    expect(config.models[0].config).toMatchObject({ classes: 2, image: { height: 8, width: 8, channels: 3 } });
  });

  test('with --json prints what is left out as an event', async () => {
    const { out } = await run(await pictures(), '--json');
    const events = out.split('\n').map((line) => JSON.parse(line) as { readonly kind: string });
    expect(events.filter(({ kind }) => kind === 'skipped')).toEqual([
      {
        kind: 'skipped',
        files: [{ path: 'dogs/broken.png', reason: 'not-an-image', detail: 'no known image format' }],
      },
    ]);
  });

  test('with --strict refuses it', async () => {
    const { code, text } = await run(await pictures(), '--strict');
    expect(code).toBe(2);
    expect(text).toContain('1 not-an-image: dogs/broken.png');
    expect(text).toContain('leave out strict (--strict)');
  });

  test('resumes on the same images, whatever was added, and to the same bits', async () => {
    const data = await pictures();
    const { folder } = await run(data, '--fit', 'pad', '--size', '12');
    expect(json(folder, 'run.json').config.images).toMatchObject({ height: 12, width: 12, fit: 'pad' });
    const before = await tensors(folder);
    rmSync(join(folder, 'spt-lsa.safetensors'));
    writeFiles(data, { ...(await pngs('birds', 9, 50)), ...(await pngs('cats/new', 9, 70)) });
    const { code, text } = await runMain('--resume', folder);
    expect(code, text).toBe(0);
    expect(await tensors(folder)).toEqual(before);
    rmSync(join(data, 'cats/3.png'));
    const gone = await runMain('--resume', folder);
    expect([gone.code, gone.text]).toEqual([2, expect.stringContaining('cats/3.png')]);
  });

  test('validates on val and tests on test, if it has them', async () => {
    const { text } = await run(
      folderWith({
        ...(await pngs('train/a', 9)),
        ...(await pngs('train/b', 9, 20)),
        ...(await pngs('val/a', 3, 40)),
        ...(await pngs('test/b', 4, 60)),
      }),
    );
    expect(text).toContain('18 training, 3 validation, 4 test images, 2 classes');
  });

  test('scales photographs of any size to the models', async () => {
    const photo = async (height: number, width: number) => ({
      [`a/${height}.jpg`]: await noise(height, width).jpeg().toBuffer(),
    });
    const data = folderWith({
      ...(await photo(90, 120)),
      ...(await photo(130, 70)),
      ...(await photo(300, 200)),
      ...(await pngs('b', 4)),
    });
    const { code, text, folder } = await run(data);
    expect(code, text).toBe(0);
    expect(json(folder, 'config.json').images).toMatchObject({ height: 8, width: 8 });
  });
});

test('a folder with neither files nor folders of images says what is expected', async () => {
  const { code, text } = await run(folderWith({ 'photo.png': await smooth().png().toBuffer() }));
  expect(code).toBe(2);
  expect(text).toContain('For your own images, it needs train/<class>/… or <class>/…');
  expect((await run(folderWith({ 'a/notes.txt': 'x', 'b/more.txt': 'y' }))).text).toContain(
    'expected images in train/<class>/… or <class>/…, got none that can be used: 2 not-an-image: a/notes.txt',
  );
});

test('a data set of known classes can be loaded from folders of images', async () => {
  const { loadDataset } = await import('../../src/data/node/index.js');
  const { datasets } = await import('../../src/data/index.js');
  const names = datasets.cifar10.classes;
  const files = async (part: string) =>
    Object.assign({}, ...(await Promise.all(names.map((name, i) => pngs(`${part}/${name}`, 2, i)))));
  const directory = folderWith({ ...(await files('train')), ...(await files('test')) });
  const dataset = right(await loadDataset('cifar10', { directory })());
  expect([dataset.name, dataset.classes, dataset.train.count]).toEqual(['cifar10', names, 20]);
  rmSync(join(directory, 'train/ship'), { recursive: true });
  const error = await loadDataset('cifar10', { directory })();
  expect(error).toMatchObject({ left: { kind: 'mismatch' } });
});

test('the preset decides the size of larger images, and small ones keep theirs', async () => {
  const { imageSizeFor } = await import('../../src/experiment/index.js');
  const choose = imageSizeFor(presets['keras-published']);
  expect(choose([{ height: 300, width: 200 }])).toEqual({ height: 72, width: 72 });
  expect(
    choose([
      { height: 32, width: 32 },
      { height: 32, width: 32 },
    ]),
  ).toEqual({ height: 32, width: 32 });
  expect(
    choose([
      { height: 32, width: 32 },
      { height: 32, width: 31 },
    ]),
  ).toEqual({ height: 72, width: 72 });
});

describe('train --data without a preset', () => {
  const train = async (data: string, ...flags: readonly string[]) => {
    const folder = join(temporaryFolder(), 'run');
    return { folder, ...(await runMain('train', '--data', data, '--out', folder, ...flags)) };
  };

  test('chooses a recipe, says what and how long, and records it', async () => {
    const { code, text, folder } = await train(
      await pictures(),
      ...['--epochs', '1', '--depth', '1', '--width', '32', '--batch', '8'],
    );
    expect(code, text).toBe(0);
    expect(text).toContain('recipe   8 × 8 pixels in patches of 2, 1 block of width 32, 1 epoch in batches of 8');
    expect(text).toMatch(/^time +less than a minute; choose otherwise with --size/m);
    expect(json(folder, 'config.json')).toMatchObject({
      name: 'recipe',
      dataset: 'image-folder',
      epochs: 1,
      batchSize: 8,
    });
    const again = await runMain('train', '--resume', folder);
    expect([again.code, again.text]).toEqual([0, expect.stringContaining('trained already')]);
  });

  test('takes what the flags choose, and refuses flags that do not belong to it', async () => {
    const flags = ['--epochs', '1', '--size', '16', '--patch', '8', '--depth', '1', '--width', '32'];
    const { text, folder } = await train(await pictures(), ...flags);
    expect(text).toContain('recipe   16 × 16 pixels in patches of 8, 1 block of width 32, 1 epoch in batches of 32');
    expect(json(folder, 'config.json').images).toMatchObject({ height: 20, width: 20 });
    const preset = await train('photos', '--preset', 'paper', '--depth', '2');
    expect([preset.code, preset.text]).toEqual([
      2,
      expect.stringContaining('--depth: this belongs to the recipe: leave'),
    ]);
    const none = await runMain('train', '--depth', '2');
    expect([none.code, none.text]).toEqual([
      2,
      expect.stringContaining('--depth: this belongs to the recipe for your'),
    ]);
  });
});
