/** `vitrail export`: models for other programs. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImage } from '../../src/data/node/index.js';
import { decodingOf } from '../../src/experiment/index.js';
import { openRun } from '../../src/experiment/node/index.js';
import { right } from '../data/fixtures.js';
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

  test('a place that cannot be written to', async () => {
    const { code, text } = await runMain('export', at('run'), '--onnx', '/proc/none/model.onnx');
    expect([code, text]).toEqual([2, expect.stringContaining('/proc/none')]);
  });
});
