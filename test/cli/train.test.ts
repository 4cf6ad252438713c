/** `vitrail train`: one model, or those that are named. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseModels } from '../../src/cli/run/choose-models.js';
import { presets } from '../../src/experiment/index.js';
import { loadCheckpoint } from '../../src/train/node/index.js';
import { right } from '../data/fixtures.js';
import { configFile, runMain, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

const train = async (...more: readonly string[]) => {
  const folder = join(temporaryFolder(), 'run');
  const config = ['--config', configFile(tinyConfig({ epochs: 1 }))];
  return { folder, ...(await runMain('train', ...config, '--data', tinyData(), '--out', folder, ...more)) };
};

const checkpoints = (folder: string) => readdirSync(folder).filter((name) => /^[^.]*\.safetensors$/.test(name));

test('trains the model that is named, and its report compares nothing', async () => {
  const { code, text, folder } = await train('--model', 'spt-lsa');
  expect(code, text).toBe(0);
  expect(checkpoints(folder)).toEqual(['spt-lsa.safetensors']);
  expect(text).toMatch(/SPT \+ LSA +│/);
  expect(text).not.toMatch(/Vanilla|against/);
  expect(text).toContain(`next     vitrail evaluate ${folder}`);
  const report = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(report).toMatch(
    /<h1>SPT \+ LSA: [\d.]+\s% <span class="number">top-1<\/span> accuracy on 20 test images<\/h1>/,
  );
  expect(report).toContain('The model was trained once');
  expect(report).not.toMatch(/against|Vanilla/);
  expect(report).toContain('<code>vitrail train --config');
});

test('trains as the same model is trained in a comparison', async () => {
  const folder = join(temporaryFolder(), 'both');
  const config = configFile(tinyConfig({ epochs: 1 }));
  expect((await runMain('--config', config, '--data', tinyData(), '--out', folder)).code).toBe(0);
  const alone = await train('--model', 'vanilla');
  const tensors = async (run: string) => right(await loadCheckpoint(join(run, 'vanilla.safetensors'))()).tensors;
  expect(await tensors(alone.folder)).toEqual(await tensors(folder));
});

test('trains all models of a configuration, and resumes', async () => {
  const { code, folder } = await train();
  expect(code).toBe(0);
  expect(checkpoints(folder)).toEqual(['spt-lsa.safetensors', 'vanilla.safetensors']);
  const again = await runMain('train', '--resume', folder);
  expect([again.code, again.text]).toEqual([0, expect.stringContaining('trained already')]);
  const other = await runMain('train', '--resume', folder, '--model', 'vanilla');
  expect([other.code, other.text]).toEqual([
    2,
    expect.stringContaining('--model: this cannot change when a run is res'),
  ]);
});

test('a model that there is not is refused with the names of those that there are', async () => {
  const { code, text } = await train('--model', 'spt-lsa', '--model', 'swin');
  expect(code).toBe(2);
  expect(text).toContain("--model: expected a model of 'tiny': 'vanilla', 'spt-lsa'; got 'swin'");
});

test('chooses the last model of a preset, and keeps the order of the experiment', () => {
  const namesFor = (flags: Parameters<typeof chooseModels>[0]) =>
    right(chooseModels(flags)(presets.quickstart)).models.map(({ name }) => name);
  expect(namesFor({})).toEqual(['spt-lsa']);
  expect(namesFor({ config: 'file.json' })).toEqual(['vanilla', 'spt-lsa']);
  expect(namesFor({ model: ['spt-lsa', 'vanilla'] })).toEqual(['vanilla', 'spt-lsa']);
});
