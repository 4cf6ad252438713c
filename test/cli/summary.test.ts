/** `vitrail summary`: the layers of models and what they cost. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layerRows } from '../../src/cli/summary/layer-rows.js';
import { presets, summarizeModel } from '../../src/experiment/index.js';
import { right } from '../data/fixtures.js';
import { configFile, runMain, temporaryFolder, tinyConfig } from '../support/tiny-run.js';

/** A folder with the beginning of a run, before its first checkpoint. */
const begun = (): string => {
  const folder = join(temporaryFolder(), 'run');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ startedAt: '2026-01-02T03:04:05.678Z', data: null, config: tinyConfig() }),
  );
  return folder;
};

test('shows the layers of the models of a preset, with totals and the memory of training', async () => {
  const { code, text } = await runMain('summary');
  expect(code, text).toBe(0);
  expect(text).toContain('Vanilla ViT (vanilla): images of 28 × 28 × 1, 10 classes');
  expect(text).toContain('SPT + LSA (spt-lsa): images of 28 × 28 × 1, 10 classes');
  expect(text).toMatch(/^tokens +token 49 × feature 64 +5,344 +250,880$/m);
  expect(text).toMatch(/^ {2}0 … 3 +token 49 × feature 64 +4 × 50,049 +4 × 3,023,104$/m);
  expect(text).toMatch(/^total +1,046,062 +13,180,160$/m);
  expect(text).toMatch(/^training with batches of 64: about 0\.\d GB of memory at most, and the images$/m);
});

test('of one model, of a configuration, a run or a checkpoint alone', async () => {
  const one = await runMain('summary', '--model', 'vanilla', '--config', configFile(tinyConfig()), '--batch', '4');
  expect(one.code, one.text).toBe(0);
  expect(one.text).toContain('Vanilla ViT (vanilla): images of 8 × 8 × 1');
  expect(one.text).toContain('training with batches of 4:');
  expect(one.text).not.toContain('SPT');
  const run = await runMain('summary', begun());
  expect([run.code, run.text]).toEqual([0, expect.stringContaining('SPT + LSA (spt-lsa): images of 8 × 8 × 1')]);
});

test('prints with --json one line for each model', async () => {
  const { out } = await runMain('summary', '--json');
  const [first, second, ...others] = out.split('\n').map((line) => JSON.parse(line));
  expect(others).toEqual([]);
  expect([first.name, second.name]).toEqual(['vanilla', 'spt-lsa']);
  expect(second).toMatchObject({ parameters: 1_046_062, macs: 13_180_160, memory: { batchSize: 64, rounds: 1 } });
  expect(second.layers[0]).toMatchObject({ path: 'tokens', parameters: 5344, output: { sizes: [1, 49, 64] } });
});

test.each<readonly [string, (run: string) => readonly string[], string]>([
  ['a model that there is not', () => ['--model', 'swin'], "--model: expected one of 'vanilla', 'spt-lsa', got 'swin'"],
  ['a run that there is not', (run) => [`${run}-not`], 'there is no such file or folder; expected the folder of a run'],
  ['a folder without a run', () => ['.'], 'this folder holds no run: expected a run.json in it'],
  ['a file that is no checkpoint', () => ['README.md'], 'README.md: this checkpoint is cut short, damaged or not a'],
  ['a run and a preset', (run) => [run, '--preset', 'paper'], 'the models of a run are its own: leave out --preset'],
  ['a preset and a file', () => ['--preset', 'paper', '--config', 'x'], 'replaces a preset: give one of the two'],
  ['a budget that is too small', () => ['--engine', 'jit', '--memory', '50MB'], 'but the memory budget is 0.1 GB'],
])('%s is refused', async (_, argv, sentence) => {
  const { code, text } = await runMain('summary', ...argv(begun()));
  expect([code, text]).toEqual([2, expect.stringContaining(sentence)]);
});

test('equal layers that follow each other are one row; a layer that is only another one is named by both', () => {
  const [, model] = presets.quickstart.models;
  const rows = layerRows(right(summarizeModel(model!)).layers);
  expect(rows.filter(({ level }) => level === 1).map(({ name, times }) => [name, times])).toEqual([
    ['norm', 1],
    ['projection', 1],
    ['0 … 3', 4],
    ['0/dense', 1],
    ['1/dense', 1],
  ]);
});
