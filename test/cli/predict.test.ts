/** `vitrail predict`: what is on images, and where the model looked. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImage } from '../../src/data/node/index.js';
import { jit } from '../../src/engine/index.js';
import { decodingOf } from '../../src/experiment/index.js';
import { openRun } from '../../src/experiment/node/index.js';
import { right } from '../data/fixtures.js';
import { damaged } from '../data/images/damaged-files.js';
import { noise, pngs, smooth, writeFiles } from '../data/images/image-files.js';
import { runMain, tinyConfig } from '../support/tiny-run.js';

let folder = '';
const at = (...names: readonly string[]) => join(folder, ...names);

// One run for all tests, which only read it.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrail-predict-'));
  writeFiles(at('data'), { ...(await pngs('cats', 12)), ...(await pngs('dogs', 12, 100)) });
  writeFiles(at('new'), {
    'a.png': await smooth(30, 20).png().toBuffer(),
    'b.jpg': await noise(40, 40).jpeg().toBuffer(),
    'notes.txt': 'no picture',
  });
  writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ epochs: 1 })));
  const { code, text } = await runMain(
    ...['train', '--config', at('config.json'), '--data', at('data'), '--out', at('run'), '--fit', 'pad'],
  );
  if (code !== 0) throw new Error(text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly file: string;
  readonly class?: string;
  readonly skipped?: string;
  readonly attention?: string;
  readonly probabilities?: readonly { readonly class: string; readonly probability: number }[];
}
const predictJson = async (...argv: readonly string[]) => {
  const { code, out, text } = await runMain('predict', at('run'), '--json', ...argv);
  expect(code, text).toBe(0);
  return out.split('\n').map((line): Line => JSON.parse(line));
};

describe('predict', () => {
  test('prints the classes of files and folders, and what it leaves out with the reason', async () => {
    const { code, out, text } = await runMain('predict', at('run'), at('new'), at('data/cats/3.png'), at('none.png'));
    expect(code, text).toBe(0);
    const lines = out.split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([at('new/a.png'), at('new/b.jpg'), at('data/cats/3.png')]);
    for (const line of lines) expect(line).toMatch(/ {2}(cats|dogs) [\d.]+ %, (cats|dogs) [\d.]+ %$/);
    expect(text).toContain(`SPT + LSA (${at('run/spt-lsa.safetensors')}, after 1 epoch)`);
    expect(text).toMatch(/new\/notes\.txt +left out: no known image format/);
    expect(text).toMatch(/none\.png +left out: there is no such file or folder/);
  });

  test('gives each damaged file a line with its reason, and predicts the others', async () => {
    const files = await damaged();
    writeFiles(at('damaged'), {
      ...Object.fromEntries(Object.entries(files).map(([name, [bytes]]) => [name, bytes])),
      'z\n\u001b[2J.png': await smooth(9, 9).png().toBuffer(),
    });
    const { code, out, text } = await runMain('predict', at('run'), at('damaged'));
    expect(code, text).toBe(0);
    expect(out.split('\n')).toEqual([expect.stringContaining(`${at('damaged')}/z\\x0a\\x1b[2J.png  `)]);
    for (const [name, [, , part]] of Object.entries(files)) {
      const lines = text.split('\n').filter((line) => line.startsWith(`${at('damaged', name)} `));
      expect([name, lines]).toEqual([name, [expect.stringMatching(/ {2}left out: .{5}/)]]);
      expect(lines[0]).toContain(part);
    }
    rmSync(at('damaged'), { recursive: true });
  });

  test('gives the same bits for an image alone and among others, in any order', async () => {
    const all = await predictJson(at('new/a.png'), at('new/b.jpg'), at('data/dogs'));
    const turned = await predictJson(at('data/dogs'), at('new/b.jpg'), at('new/a.png'));
    const [alone] = await predictJson(at('new/b.jpg'));
    const of = (lines: readonly Line[]) => lines.find(({ file }) => file === at('new/b.jpg'));
    expect(of(all)).toEqual(alone);
    expect(of(turned)).toEqual(alone);
    expect(alone?.probabilities).toHaveLength(2);
  });

  test('sees a file as the run saw those that it was trained on', async () => {
    const { model, config } = right(await openRun(at('run'))());
    const decoding = decodingOf(model, config);
    expect(decoding).toMatchObject({ height: 8, width: 8, channels: 3, fit: 'pad' });
    const engine = right(await jit()());
    const image = right(await readImage(at('new/a.png'), decoding)());
    const [expected] = right(await model.predict(engine)([image])());
    const [line] = await predictJson(at('new/a.png'));
    expect(line?.class).toBe(expected?.label);
    for (const one of line?.probabilities ?? [])
      expect(one.probability).toBe(expected?.probabilities[model.classes.indexOf(one.class)]);
  });

  test('takes another model of the run, and its best epoch', async () => {
    const { text } = await runMain('predict', at('run'), at('new/a.png'), '--model', 'vanilla', '--best');
    expect(text).toContain(`Vanilla ViT (${at('run/vanilla.best.safetensors')}`);
  });
});

describe('--attention', () => {
  test('draws one file into a PNG: the image, and where the model looked', async () => {
    const out = at('drawn/one.png');
    const [line] = await predictJson(at('new/a.png'), '--attention', out);
    expect(line?.attention).toBe(out);
    const { width, height, channels, data } = decode(readFileSync(out));
    expect([height, channels]).toEqual([448, 3]);
    expect(width).toBe(2 * 448 + 14);
    const row = Array.from(data.subarray(200 * width * 3, 201 * width * 3));
    expect(row.slice(448 * 3, (448 + 14) * 3)).toEqual(new Array(14 * 3).fill(255));
    expect(new Set(row.slice((448 + 14) * 3)).size).toBeGreaterThan(20);
  });

  test('draws several into a folder, those of one name apart', async () => {
    mkdirSync(at('new2'));
    copyFileSync(at('new/b.jpg'), at('new2/a.png'));
    await predictJson(at('new'), at('new2'), '--attention', at('drawn/all'));
    for (const name of ['a.png', 'b.png', 'a-4.png']) expect(existsSync(at('drawn/all', name)), name).toBe(true);
    rmSync(at('new2'), { recursive: true });
  });

  test.each<readonly [string, () => readonly string[], string]>([
    [
      'a PNG for several files',
      () => [at('new'), '--attention', at('x.png')],
      'expected a folder for the pictures of 3 files',
    ],
    [
      'an image itself',
      () => [at('new/a.png'), '--attention', at('new/a.png')],
      'is one of the images: choose another',
    ],
    [
      'another format',
      () => [at('new/a.png'), '--attention', at('x.jpg')],
      'expected a name that ends in .png, or a folder',
    ],
    ['the folder of the images', () => [at('new'), '--attention', at('new')], 'is one of the images: choose another'],
  ])('%s is refused, and nothing is written', async (_, argv, sentence) => {
    const before = readFileSync(at('new/a.png'));
    const { code, text } = await runMain('predict', at('run'), ...argv());
    expect([code, text]).toEqual([2, expect.stringContaining(sentence)]);
    expect(readFileSync(at('new/a.png')).equals(before)).toBe(true);
    for (const name of ['x.png', 'x.jpg']) expect(existsSync(at(name)), name).toBe(false);
  });
});

describe('damaged input has one clear line', () => {
  const damaged = (name: string): string => {
    const bytes = readFileSync(at('run/spt-lsa.safetensors'));
    writeFileSync(at(name), bytes.subarray(0, bytes.length - 10));
    return at(name);
  };
  const unfinished = (): string => {
    mkdirSync(at('begun'), { recursive: true });
    copyFileSync(at('run/run.json'), at('begun/run.json'));
    return at('begun');
  };
  test.each<readonly [string, () => readonly string[], string]>([
    ['no run', () => [at('nowhere'), at('new')], 'there is no such file or folder; expected the folder of a run, or a'],
    ['a folder without a run', () => [at('new'), at('new')], 'this folder holds no run: expected a run.json in it'],
    [
      'a run without a checkpoint',
      () => [unfinished(), at('new')],
      "there is no checkpoint of 'spt-lsa': the run stopped",
    ],
    [
      'a damaged checkpoint',
      () => [damaged('cut.safetensors'), at('new')],
      'is cut short, damaged or not a safetensors',
    ],
    [
      'a file that is no checkpoint',
      () => [at('config.json'), at('new')],
      'is cut short, damaged or not a safetensors',
    ],
    [
      'another model',
      () => [at('run'), at('new'), '--model', 'swin'],
      "a model of this run: 'vanilla', 'spt-lsa'; got 'swin'",
    ],
    [
      'no image at all',
      () => [at('run'), at('config.json'), at('none')],
      'files: expected an image that can be read, got none',
    ],
    ['no file', () => [at('run')], "missing required argument 'files'"],
    [
      'a file left out with --strict',
      () => [at('run'), at('new'), '--strict'],
      '--strict: 1 of 3 files cannot be used',
    ],
  ])('%s', async (_, argv, sentence) => {
    const { code, text } = await runMain('predict', ...argv());
    expect(code).toBe(2);
    expect(text.split('\n').filter((line) => line.startsWith('vitrail: '))).toEqual([
      expect.stringContaining(sentence),
    ]);
  });
});
