/** `vitrail export`: models for other programs. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImage } from '../../src/data/node/index.js';
import { decodingOf } from '../../src/experiment/index.js';
import { HUB_FILES } from '../../src/experiment/node/hub-folder.js';
import { openRun } from '../../src/experiment/node/index.js';
import { textFile, writeFolder } from '../../src/experiment/node/output.js';
import { temporaryName } from '../../src/node/temporary-files.js';
import { left, right } from '../data/fixtures.js';
import { pngs, smooth, writeFiles } from '../data/images/image-files.js';
import { runMain, tinyConfig } from '../support/tiny-run.js';

let folder = '';
const at = (...names: readonly string[]) => join(folder, ...names);

// One run for all tests, which only read it.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrail-export-'));
  writeFiles(at('data'), { ...(await pngs('cats', 12)), ...(await pngs('dogs', 12, 100)) });
  writeFiles(at('new'), { 'a.png': await smooth(30, 20).png().toBuffer() });
  writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ epochs: 1 })));
  const { code, text } = await runMain(
    ...['train', '--config', at('config.json'), '--data', at('data'), '--out', at('run'), '--fit', 'pad'],
  );
  if (code !== 0) throw new Error(text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const exported = async (...argv: readonly string[]) => {
  const { code, out, text } = await runMain('export', at('run'), ...argv);
  expect(code, text).toBe(0);
  return out;
};

describe('--onnx', () => {
  test('the file gives the probabilities that predict prints', async () => {
    const path = at('out/model.onnx');
    expect(await exported('--onnx', path)).toMatch(
      /out\/model\.onnx \(\d+ kB\): images \[batch, 8, 8, 3\] → probabilities \[batch, 2\]$/,
    );
    const { model, config } = right(await openRun(at('run'))());
    const image = right(await readImage(at('new/a.png'), decodingOf(model, config))());
    const session = await ort.InferenceSession.create(path);
    const images = new ort.Tensor('uint8', Uint8Array.from(image.data), [1, 8, 8, 3]);
    const { probabilities } = await session.run({ images });
    const { out } = await runMain('predict', at('run'), at('new/a.png'), '--json');
    const line: { readonly probabilities: readonly { readonly class: string; readonly probability: number }[] } =
      JSON.parse(out);
    for (const { class: name, probability } of line.probabilities)
      expect(Number(probabilities?.data[model.classes.indexOf(name)])).toBeCloseTo(probability, 5);
  });

  test('has attention and weights in 16 bits on request, of another model, too', async () => {
    const line = await exported('--onnx', at('half.onnx'), '--attention', '--half', '--model', 'vanilla', '--best');
    expect(line).toContain('attention [batch, 2, 2], blocks/0/attention/weights [batch, 2, 4, 4]');
    await exported('--onnx', at('whole.onnx'), '--attention', '--model', 'vanilla', '--best');
    expect(readFileSync(at('half.onnx')).length).toBeLessThan(readFileSync(at('whole.onnx')).length);
  });
});

describe('--web', () => {
  test('is a folder with all that a page needs, and asks no other host', async () => {
    const line = await exported('--web', at('page'));
    expect(line).toMatch(/page \(14\.\d MB, 14\.\d MB of it ONNX Runtime\): serve it/);
    const about: { readonly classes: readonly string[]; readonly images: { readonly fit: string } } = JSON.parse(
      readFileSync(at('page/model.json'), 'utf8'),
    );
    expect(about.classes).toEqual(['cats', 'dogs']);
    expect(about.images.fit).toBe('pad');
    const worker = readFileSync(at('page/service-worker.js'), 'utf8');
    const kept = [...(/const FILES = \[(.*?)\]/s.exec(worker)?.[1]?.matchAll(/'([^']+)'/g) ?? [])].map(
      ([, name]) => name,
    );
    const there = readdirSync(at('page')).filter((name) => name !== 'service-worker.js');
    expect(kept.map((name) => (name === './' ? 'index.html' : name)).sort()).toEqual(there.sort());
    expect(worker).toMatch(/const VERSION = '[0-9a-f]{16}';/);
    for (const name of ['index.html', 'page.css', 'page.js', 'resize.js', 'service-worker.js'])
      expect(readFileSync(at('page', name), 'utf8'), name).not.toMatch(/https?:\/\//);
  });
});

describe('--hub', () => {
  test('is a folder whose weights load and whose card has the results with their intervals', async () => {
    expect(await exported('--hub', at('hub'))).toContain('hub: README.md, config.json, model.onnx, model.safetensors.');
    const [whole, alone] = [right(await openRun(at('run'))()), right(await openRun(at('hub/model.safetensors'))())];
    expect(alone.model.params).toEqual(whole.model.params);
    expect(alone.model.classes).toEqual(['cats', 'dogs']);
    const length = (...names: readonly string[]) => readFileSync(at(...names)).length;
    expect(length('hub/model.safetensors')).toBeLessThan(0.6 * length('run/spt-lsa.safetensors'));
    const about: { readonly classes: unknown } = JSON.parse(readFileSync(at('hub/config.json'), 'utf8'));
    expect(about.classes).toEqual(['cats', 'dogs']);
    const card = readFileSync(at('hub/README.md'), 'utf8');
    expect(card).toMatch(/^---\nlicense: other/);
    expect(card).toContain('a folder of images. TODO: say which');
    expect(card).not.toContain('held back');
    expect(card).toMatch(/\| top 1 \| [\d.]+ % \| [\d.]+ % … [\d.]+ % \|/);
    expect(card).toContain('1 of 1 epochs, batch size 8');
  });

  test('says that another epoch than the tested one has no result', async () => {
    await exported('--hub', at('best'), '--best');
    expect(readFileSync(at('best/README.md'), 'utf8')).toContain('This model has no test result');
  });
});

describe('what cannot be exported has one clear line, and nothing is written', () => {
  const damaged = (): string => {
    const bytes = readFileSync(at('run/spt-lsa.safetensors'));
    writeFileSync(at('cut.safetensors'), bytes.subarray(0, bytes.length - 10));
    return at('cut.safetensors');
  };
  const unfinished = (): string => {
    mkdirSync(at('begun'), { recursive: true });
    copyFileSync(at('run/run.json'), at('begun/run.json'));
    return at('begun');
  };
  test.each<readonly [string, () => readonly string[], string]>([
    ['no run', () => [at('nowhere')], 'there is no such file or folder; expected the folder of a run, or a'],
    ['a folder without a run', () => [at('new')], 'this folder holds no run: expected a run.json in it'],
    ['a run without a checkpoint', () => [unfinished()], "there is no checkpoint of 'spt-lsa': the run stopped"],
    ['a damaged checkpoint', () => [damaged()], 'is cut short, damaged or not a safetensors'],
    ['a foreign file', () => [at('config.json')], 'is cut short, damaged or not a safetensors'],
    ['another model', () => [at('run'), '--model', 'swin'], "a model of this run: 'vanilla', 'spt-lsa'; got 'swin'"],
  ])('%s', async (_, argv, sentence) => {
    const { code, text } = await runMain('export', ...argv(), '--onnx', at('none.onnx'));
    expect(code).toBe(2);
    expect(text.split('\n').filter((line) => line.startsWith('vitrail: '))).toEqual([
      expect.stringContaining(sentence),
    ]);
    expect(existsSync(at('none.onnx'))).toBe(false);
  });

  test('nothing to write', async () => {
    const { code, text } = await runMain('export', at('run'));
    expect([code, text]).toEqual([2, expect.stringContaining('expected something to write, such as: vitrail export')]);
  });

  test.each([
    ['--onnx', '/proc/none/model.onnx', '/proc/none/model.onnx: cannot be written: there is no such file or folder'],
    ['--web', '/proc/none', '/proc/none: cannot be written: there is no such file or folder'],
    ['--hub', 'new/a.png', 'new/a.png: cannot be written: a part of this path is a file, not a folder'],
    ['--onnx', 'new', 'new: this is a folder: give the name of a file'],
    ['--hub', '', '--hub: expected a path, got ""'],
  ])('a place that cannot be written to: %s %s', async (flag, name, sentence) => {
    const { code, text } = await runMain(
      'export',
      at('run'),
      flag,
      name === '' || name.startsWith('/') ? name : at(name),
    );
    expect([code, text]).toEqual([2, expect.stringContaining(sentence)]);
  });

  test('what was written before has its line', async () => {
    const { code, out, text } = await runMain('export', at('run'), '--onnx', at('first.onnx'), '--web', '/proc/none');
    expect([code, out]).toEqual([2, expect.stringContaining('first.onnx (')]);
    expect(text).toContain('/proc/none: cannot be written');
  });

  test('a checkpoint that was copied into the folder of another run or model', async () => {
    cpSync(at('run'), at('mixed'), { recursive: true });
    copyFileSync(at('run/vanilla.safetensors'), at('mixed/spt-lsa.safetensors'));
    const { text } = await runMain('export', at('mixed'), '--onnx', at('none.onnx'));
    expect(text).toContain("this checkpoint is of another model: expected 'spt-lsa', got 'vanilla'");
    const { config, ...start }: { readonly config: object } = JSON.parse(readFileSync(at('run/run.json'), 'utf8'));
    writeFileSync(at('mixed/run.json'), JSON.stringify({ ...start, config: { ...config, seed: 7 } }));
    const { text: other } = await runMain('export', at('mixed'), '--model', 'vanilla', '--onnx', at('none.onnx'));
    expect(other).toContain(`is of another run than ${at('mixed/run.json')} says`);
    expect(existsSync(at('none.onnx'))).toBe(false);
  });
});

describe('what is there stays', () => {
  const mine = (...names: readonly string[]): string => {
    writeFiles(at('mine'), {
      'README.md': Buffer.from('mine'),
      'model.onnx': Buffer.from('mine'),
      CNAME: Buffer.from('mine'),
    });
    return at('mine', ...names);
  };

  test.each<readonly [string, readonly string[], () => string, string]>([
    ['--onnx', ['--onnx'], () => mine('model.onnx'), 'mine/model.onnx: there is such a file already: choose another'],
    ['--hub', ['--hub'], () => mine(), 'mine/README.md: there is such a file already: choose another'],
    ['--web', ['--web'], () => mine(), 'mine/model.onnx: there is such a file already: choose another'],
    ['a run', ['--hub'], () => at('run'), 'run: this folder holds a run: choose another one'],
    ['a run, with --replace', ['--replace', '--web'], () => at('run'), 'run: this folder holds a run'],
  ])('%s', async (_, flags, to, sentence) => {
    const before = readdirSync(dirname(to()));
    const path = to();
    // Nothing else of the command is written either.
    const { code, text } = await runMain('export', at('run'), '--onnx', at('beside.onnx'), ...flags, path);
    expect([code, text.split('\n').filter((line) => line !== '')]).toEqual([2, [expect.stringContaining(sentence)]]);
    expect(readdirSync(dirname(path))).toEqual(before);
    expect(existsSync(at('beside.onnx'))).toBe(false);
  });

  test('--replace replaces the files of the export and no others', async () => {
    await exported('--hub', mine(), '--replace');
    expect(readdirSync(at('mine')).sort()).toEqual(['CNAME', ...HUB_FILES].sort());
    expect(readFileSync(at('mine/README.md'), 'utf8')).toContain('SPT + LSA');
    expect(readFileSync(at('mine/CNAME'), 'utf8')).toBe('mine');
  });

  test('a folder gets all of its files or none', async () => {
    // The second file cannot be written: its folder is not made.
    const files = [textFile('a', 'a'), { name: 'no/b', chunks: [] }];
    expect(left(await writeFolder(at('parts'), files, {})()).message).toMatch(
      /parts\/no\/b: cannot be written: there is no such file or folder$/,
    );
    expect(existsSync(at('parts'))).toBe(false);
    // What a killed export left goes away.
    const abandoned = temporaryName(at('parts/export'));
    mkdirSync(abandoned, { recursive: true });
    utimesSync(abandoned, 0, 0);
    writeFileSync(at('parts/a'), 'older');
    expect(E.isLeft(await writeFolder(at('parts'), files, { replace: true })())).toBe(true);
    expect(readdirSync(at('parts'))).toEqual(['a']);
    expect(readFileSync(at('parts/a'), 'utf8')).toBe('older');
  });
});
