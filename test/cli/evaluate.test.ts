/** `vitrail evaluate`: how good a model is, class by class. */
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImageFolder } from '../../src/data/node/index.js';
import { jit } from '../../src/engine/index.js';
import { decodingOf, evaluateModel } from '../../src/experiment/index.js';
import { openRun } from '../../src/experiment/node/index.js';
import { right } from '../data/fixtures.js';
import { pngs, writeFiles } from '../data/images/image-files.js';
import { runMain, tinyConfig, tinyData } from '../support/tiny-run.js';

let folder = '';
const at = (...names: readonly string[]) => join(folder, ...names);

// One run for all tests, which only read it.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrail-evaluate-'));
  writeFiles(at('data'), { ...(await pngs('cats', 15)), ...(await pngs('dogs', 15, 100)) });
  writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ epochs: 1 })));
  const { code, text } = await runMain(
    ...['train', '--config', at('config.json'), '--data', at('data'), '--out', at('run')],
  );
  if (code !== 0) throw new Error(text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const evaluateJson = async (...argv: readonly string[]) => {
  const { code, out, text } = await runMain('evaluate', at('run'), '--json', ...argv);
  expect(code, text).toBe(0);
  expect(out.split('\n')).toHaveLength(1);
  return JSON.parse(out);
};

const testResult = () =>
  readFileSync(at('run/metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .find(({ kind, model }) => kind === 'test' && model === 'spt-lsa');

describe('evaluate', () => {
  test('prints metrics, classes and mistakes, and writes a report beside the checkpoint', async () => {
    const { code, text } = await runMain('evaluate', at('run'));
    expect(code, text).toBe(0);
    expect(text).toContain(`SPT + LSA (${at('run/spt-lsa.safetensors')}, after 1 epoch)`);
    expect(text).toContain(`on 6 test images of ${at('data')}`);
    expect(text).toMatch(/^top-1 accuracy +[\d.]+ % {2}\([\d.]+–[\d.]+\)$/m);
    expect(text).toMatch(/^calibration +[\d.]+ points of expected calibration error, /m);
    expect(text).toMatch(/^cats +3 +[\d.]+ % /m);
    expect(text).not.toContain('top-5');
    const report = at('run/spt-lsa.evaluation.html');
    expect(text).toContain(`report   ${report}`);
    expect(readFileSync(report, 'utf8')).toContain('Confusion matrix');
  });

  test('measures what the run measured on its test images', async () => {
    const { kind, test: measured, images, mistakes } = await evaluateJson();
    const { top1, loss, images: count } = testResult();
    expect([kind, measured.images, images.which]).toEqual(['evaluation', count, 'test images']);
    expect(measured.top1.value).toBeCloseTo(top1, 10);
    expect(measured.loss).toBeCloseTo(loss, 4);
    const { split } = JSON.parse(readFileSync(at('run/run.json'), 'utf8'));
    for (const { file, image } of mistakes) {
      expect(split.test.files).toContain(file);
      expect(image).toBeUndefined();
    }
  });

  test('of another model, of its best epoch, of a checkpoint, and into another file', async () => {
    const vanilla = await evaluateJson('--model', 'vanilla', '--best', '--out', at('mine.html'));
    expect([vanilla.model.path, vanilla.report]).toEqual([at('run/vanilla.best.safetensors'), at('mine.html')]);
    const { code, out } = await runMain('evaluate', at('run/vanilla.best.safetensors'), '--json');
    expect(code).toBe(0);
    const { report, test: measured } = JSON.parse(out);
    expect(measured).toEqual(vanilla.test);
    expect(report).toBe(at('run/vanilla.best.evaluation.html'));
    expect(existsSync(report)).toBe(true);
  });

  test('of the images of a data set by its name', async () => {
    const data = tinyData();
    const trained = await runMain('train', '--config', at('config.json'), '--data', data, '--out', at('named'));
    expect(trained.code, trained.text).toBe(0);
    const { code, text } = await runMain('evaluate', at('named'));
    expect(code, text).toBe(0);
    expect(text).toContain(`on 20 test images of ${data}`);
    expect(text).toMatch(/^top-5 accuracy +[\d.]+ %/m);
    expect(text).toMatch(/^image \d+ +\S/m);
  });
});

describe('--data', () => {
  test('takes all images of a folder of classes, and says what it leaves out', async () => {
    writeFiles(at('new'), { ...(await pngs('cats', 4, 30)), ...(await pngs('dogs', 5, 70)), 'dogs/notes.txt': 'x' });
    // The files of the run have other names.
    for (const name of ['0', '1', '2', '3'])
      for (const kind of ['cats', 'dogs']) renameSync(at(`new/${kind}/${name}.png`), at(`new/${kind}/new-${name}.png`));
    const { code, text } = await runMain('evaluate', at('run'), '--data', at('new'));
    expect(code, text).toBe(0);
    expect(text).toContain(`on 9 images of ${at('new')}`);
    expect(text).toContain('1 not-an-image: dogs/notes.txt (no known image format)');
    expect(text).toContain(`report   ${at('run/spt-lsa.evaluation-new.html')}`);
    const strict = await runMain('evaluate', at('run'), '--data', at('new'), '--strict');
    expect([strict.code, strict.text]).toEqual([2, expect.stringContaining('leave out strict (--strict)')]);
  });

  test('takes the test images of a folder with parts', async () => {
    const parts = await Promise.all([pngs('train/cats', 4), pngs('train/dogs', 4), pngs('test/cats', 2, 9)]);
    writeFiles(at('parts'), Object.assign({}, ...parts));
    const { test: measured, images } = await evaluateJson('--data', at('parts'));
    expect([measured.images, images.which]).toEqual([2, 'test images']);
  });

  test('tests nothing on images that were trained on: a copy of the folder is recognized', async () => {
    cpSync(at('data'), at('copy'), { recursive: true });
    writeFiles(at('copy'), await pngs('cats/more', 5, 50));
    const { test: measured, images } = await evaluateJson('--data', at('copy'));
    expect([measured.images, images.which]).toEqual([6, 'test images']);
    expect(measured).toEqual((await evaluateJson()).test);
    const { split } = JSON.parse(readFileSync(at('run/run.json'), 'utf8'));
    rmSync(at('copy', split.test.files[0]));
    const { code, text } = await runMain('evaluate', at('run'), '--data', at('copy'));
    expect([code, text]).toEqual([2, expect.stringContaining('got 1 that can no longer be used')]);
  });
});

test('images that do not fit in memory are decoded when they are read, and evaluated to the same bits', async () => {
  const engine = right(await jit()());
  const { model, config } = right(await openRun(at('run'))());
  const { height, width, ...decoding } = decodingOf(model, config);
  const of = async (memory: number) => {
    const options = { ...decoding, size: { height, width }, memory, testOnly: true };
    return right(await evaluateModel(engine, model)(right(await readImageFolder(at('new'), options)()).test)());
  };
  expect(await of(1)).toEqual(await of(1e9));
});

describe('damaged input has one clear line', () => {
  test.each<readonly [string, () => Promise<readonly string[]> | readonly string[], string]>([
    ['no run', () => [at('nowhere')], 'there is no such file or folder; expected the folder of a run, or a checkpoint'],
    ['another model', () => [at('run'), '--model', 'swin'], "a model of this run: 'vanilla', 'spt-lsa'; got 'swin'"],
    [
      'other classes',
      async () => {
        writeFiles(at('birds'), { ...(await pngs('cats', 2)), ...(await pngs('owls', 2)) });
        return [at('run'), '--data', at('birds')];
      },
      "images of the 2 classes of the model, got no 'dogs', and 'owls', which the model does not know. Name the folders",
    ],
    [
      'a folder without images',
      () => {
        writeFiles(at('empty'), { 'cats/notes.txt': 'x', 'dogs/notes.txt': 'x' });
        return [at('run'), '--data', at('empty')];
      },
      'got none that can be used: 2 not-an-image',
    ],
    ['a folder that is not there', () => [at('run'), '--data', at('nowhere')], 'nowhere: expected'],
    [
      'images that were moved',
      () => {
        cpSync(at('run'), at('moved'), { recursive: true });
        const run = JSON.parse(readFileSync(at('moved/run.json'), 'utf8'));
        writeFileSync(at('moved/run.json'), JSON.stringify({ ...run, data: at('gone') }));
        return [at('moved')];
      },
      'gone: expected the images that the run tests on, got',
    ],
    [
      'a checkpoint without its run',
      () => {
        cpSync(at('run/spt-lsa.safetensors'), at('alone.safetensors'));
        return [at('alone.safetensors')];
      },
      '--data: expected a folder of images',
    ],
    [
      'a report that cannot be written',
      () => [at('run'), '--out', at('config.json/report.html')],
      'config.json/report.html: cannot be written',
    ],
    ['no word', () => [], "missing required argument 'run'"],
  ])('%s', async (_, argv, sentence) => {
    const { code, text } = await runMain('evaluate', ...(await argv()));
    expect(code).toBe(2);
    expect(text.split('\n').filter((line) => line.startsWith('vitrail: '))).toEqual([
      expect.stringContaining(sentence),
    ]);
  });

  test('a checkpoint without its run is evaluated on a folder of images', async () => {
    const { code, text } = await runMain('evaluate', at('alone.safetensors'), '--data', at('new'));
    expect([code, text]).toEqual([0, expect.stringContaining('on 9 images of')]);
  });
});
