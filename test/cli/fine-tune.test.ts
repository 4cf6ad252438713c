/** `vitrail train --from` and the other flags of fine-tuning. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import { sha256 } from '../../src/node/sha256.js';
import { paramsIn } from '../../src/train/checkpoint.js';
import { loadCheckpoint } from '../../src/train/node/index.js';
import { encodeTensors } from '../../src/train/safetensors/index.js';
import { right } from '../data/fixtures.js';
import { folderWith, pngs } from '../data/images/image-files.js';
import { configFile, runMain, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

const train = async (...argv: readonly string[]) => {
  const folder = join(temporaryFolder(), 'run');
  return { folder, ...(await runMain('train', ...argv, '--out', folder)) };
};

const paramsOf = async (folder: string) => paramsIn(right(await loadCheckpoint(join(folder, 'spt-lsa.safetensors'))()));
const json = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** A model that was trained on the tiny data for one epoch. */
const source = async () => {
  const data = tinyData();
  const run = await train('--config', configFile(tinyConfig({ epochs: 1 })), '--model', 'spt-lsa', '--data', data);
  expect(run.code, run.text).toBe(0);
  return { data, run: run.folder };
};

const pictures = async () => folderWith({ ...(await pngs('cats', 20)), ...(await pngs('dogs', 20, 100)) });

test('a model of a run learns the classes of other images: it keeps what fits, and says what is new', async () => {
  const { run } = await source();
  const { code, text, folder } = await train('--from', run, '--data', await pictures());
  expect(code, text).toBe(0);
  const [, taken, all] = /SPT \+ LSA: begins at (\d+) of (\d+) parameters of .*spt-lsa\.safetensors/.exec(text) ?? [];
  expect(Number(taken)).toBeGreaterThan(20);
  expect(Number(taken)).toBeLessThan(Number(all));
  expect(text).toMatch(/\n {2}new: .*classifier/);
  expect(text).not.toContain('not taken');
  const config = json(folder, 'config.json');
  expect(config.models).toMatchObject([{ name: 'spt-lsa', config: { classes: 2, dim: 8 } }]);
  expect(config.epochs).toBe(1);
  expect(json(folder, 'run.json').from).toMatchObject({ path: join(run, 'spt-lsa.safetensors') });
});

test('every flag is recorded, frozen parameters keep their bits, and a resume takes the flags from the run', async () => {
  const { data, run } = await source();
  const { code, text, folder } = await train(
    ...['--from', run, '--data', data, '--epochs', '2', '--freeze', 'tokens', '--freeze', 'blocks/*/attention'],
    ...['--learning-rate', '2e-3', '--learning-rate', 'classifier=0.01', '--ema', '0.9', '--accumulate', '2'],
    ...['--patience', '5', '--class-weights', 'balanced'],
  );
  expect(code, text).toBe(0);
  expect(json(folder, 'config.json')).toMatchObject({
    schedule: { learningRate: 0.002 },
    patience: 5,
    classWeights: 'balanced',
    optimizer: {
      freeze: ['tokens', 'blocks/*/attention'],
      learningRates: [{ pattern: 'classifier', learningRate: 0.01 }],
      averageWeights: 0.9,
      accumulate: 2,
    },
  });
  const [before, after] = [await paramsOf(run), await paramsOf(folder)];
  for (const [path, { data: numbers }] of Object.entries(after)) {
    const isFrozen = /^tokens\/|\/attention\//.test(path);
    expect([path, String(numbers) === String(before[path]?.data)]).toEqual([path, isFrozen]);
  }
  const again = await runMain('train', '--resume', folder);
  expect([again.code, again.text]).toEqual([0, expect.stringContaining('trained already')]);
});

describe('a safetensors file of another program', () => {
  test('gives what fits by path and shape', async () => {
    const { data, run } = await source();
    const file = join(temporaryFolder(), 'weights.safetensors');
    const tensors = {
      ...(await paramsOf(run)),
      extra: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const,
    };
    writeFileSync(file, Buffer.concat(orThrow(encodeTensors({ tensors, metadata: { by: 'hand' } }, sha256))));
    const config = ['--config', configFile(tinyConfig({ epochs: 1 })), '--model', 'spt-lsa'];
    const { code, text } = await train(...config, '--from', file, '--data', data);
    expect(code, text).toBe(0);
    expect(text).toContain('not taken: extra (the model has no such parameter)');
    expect(text).not.toContain('  new: ');
  });
});

test('a run that stopped before its first checkpoint begins at the same weights again, and at no others', async () => {
  const { data, run } = await source();
  const whole = await train('--from', run, '--data', data);
  const wanted = await paramsOf(whole.folder);
  // As if the run had been killed in its first epoch.
  const file = join(whole.folder, 'spt-lsa.safetensors');
  renameSync(file, `${file}.aside`);
  const resumed = await runMain('train', '--resume', whole.folder);
  expect(resumed.code, resumed.text).toBe(0);
  expect(resumed.text).toContain('begins at');
  expect(await paramsOf(whole.folder)).toEqual(wanted);

  renameSync(file, `${file}.aside`);
  renameSync(`${file}.aside`, join(run, 'spt-lsa.safetensors'));
  const changed = await runMain('train', '--resume', whole.folder);
  expect([changed.code, changed.text]).toEqual([2, expect.stringContaining('have changed; start a new run')]);
});

describe('bad input gives a clear line, and nothing is written', () => {
  const refused = async (...argv: readonly string[]) => {
    const { code, text } = await train(...argv);
    expect(code).toBe(2);
    return text;
  };

  const tiny = () => ['--config', configFile(tinyConfig()), '--model', 'spt-lsa', '--data', tinyData()];

  test.each([
    [['--from', 'no/such/run'], /no\/such\/run: .*expected the folder of a run, or a checkpoint/],
    [['--learning-rate', 'fast'], /--learning-rate.*expected a number above 0, or PATTERN=NUMBER, got "fast"/],
    [['--learning-rate', 'head=0'], /--learning-rate.*PATTERN=NUMBER/],
    [['--ema', '1'], /--ema: expected a number from 0 up to 1, without 1, got "1"/],
    [['--accumulate', '0'], /--accumulate: expected a whole number above 0/],
    [['--class-weights', 'even'], /--class-weights: expected one of 'balanced'/],
    [['--freeze', 'encoder'], /freeze.*encoder/],
    [['--resume', 'somewhere', '--freeze', 'tokens'], /--freeze: this cannot change when a run is resumed/],
  ])('%o', async (flags, line) => {
    expect(await refused(...flags, ...(flags.includes('--resume') ? [] : tiny()))).toMatch(line);
  });

  test('a damaged file, a folder that holds no run, weights of something else', async () => {
    const { data, run } = await source();
    const file = join(temporaryFolder(), 'cut.safetensors');
    const bytes = readFileSync(join(run, 'spt-lsa.safetensors'));
    writeFileSync(file, bytes.subarray(0, bytes.length - 7));
    expect(await refused('--from', file, '--data', data)).toContain(`${file}: this checkpoint is cut short`);
    expect(await refused('--from', data, '--data', data)).toContain('this folder holds no run');
    const other = { tensors: { a: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const }, metadata: {} };
    writeFileSync(file, Buffer.concat(orThrow(encodeTensors(other, sha256))));
    expect(await refused('--from', file, ...tiny())).toMatch(/no parameter of .* fits 'spt-lsa'.*it has: a;/);
  });
});
