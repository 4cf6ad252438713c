import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { idx } from '../data/fixtures.js';
import { configFile, runMain, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

/** Runs a command that must fail: exit code 2, nothing written, and a message, which this returns. */
const refused = async (...argv: readonly string[]): Promise<string> => {
  const folder = join(temporaryFolder(), 'run');
  const { code, text } = await runMain(...argv, ...(argv.includes('--out') ? [] : ['--out', folder]));
  expect(code, text).toBe(2);
  expect(existsSync(folder)).toBe(false);
  return text.trim().split('\n').at(-1)!;
};

const withModel = (changes: object): unknown => {
  const config = tinyConfig();
  return { ...config, models: config.models.map((model) => ({ ...model, config: { ...model.config, ...changes } })) };
};

describe('flags', () => {
  test.each<readonly [string, readonly string[], string]>([
    ['an unknown flag', ['--bogus'], "unknown option '--bogus'"],
    ['an unknown preset', ['--preset', 'nope'], "--preset: expected one of 'quickstart', 'keras-published'"],
    ['an unknown data set', ['--dataset', 'nope'], "--dataset: expected one of 'fashion-mnist-small'"],
    ['no epochs', ['--epochs', '0'], '--epochs: expected a whole number above 0, got "0"'],
    ['a batch size that is not a number', ['--batch', 'many'], '--batch: expected a whole number above 0, got "many"'],
    [
      'an unknown engine',
      ['--engine', 'warp'],
      '--engine: expected auto, jit, jit:tfjs-node, jit:tfjs-node-gpu, eager or eager:BACKEND, got "warp"',
    ],
    [
      'a preset and a file',
      ['--preset', 'paper', '--config', 'x.json'],
      '--config: a configuration file replaces a preset: give one of the two',
    ],
    ['a backend that is not registered', ['--engine', 'eager:abacus'], "the tfjs backend 'abacus' is not registered"],
  ])('%s', async (_, argv, sentence) => {
    expect(await refused(...argv)).toContain(sentence);
  });

  test('--resume of a folder without a run, and --resume with a flag that cannot change', async () => {
    expect((await runMain('--resume', join(temporaryFolder(), 'none'))).text).toContain('there is no such file');
    const changed = await runMain('--resume', temporaryFolder(), '--epochs', '3');
    expect(changed.code).toBe(2);
    expect(changed.text).toContain('--epochs: this cannot change when a run is resumed: leave it out');
  });

  test('--help is not an error', async () => {
    const { code } = await runMain('--help');
    expect(code).toBe(0);
  });
});

describe('configurations', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['an unknown field', { ...tinyConfig(), epoch: 3 }, 'epoch: unknown field; known fields: name, dataset'],
    ['a missing field', { ...tinyConfig(), epochs: undefined }, 'epochs: missing; expected a positive whole number'],
    ['a wrong type', { ...tinyConfig(), batchSize: '64' }, 'batchSize: expected a positive whole number, got "64"'],
    [
      'a patch that does not divide',
      withModel({ patch: 3 }),
      'tokens: expected images that patches of 3 × 3 pixels divide, got 8 × 8',
    ],
    ['heads that do not fit', withModel({ heads: 0 }), 'heads: expected a positive whole number, got 0'],
    [
      'an MLP whose output a residual connection cannot add',
      withModel({ mlp: { units: [16, 9], activateLast: true } }),
      'expected the same shape as the other summand, [batch 1, token 4, feature 8], got [batch 1, token 4, feature 9]',
    ],
    [
      'a negative learning rate',
      { ...tinyConfig(), schedule: { kind: 'constant', learningRate: -1 } },
      'schedule.learningRate: expected a number above 0, got -1',
    ],
    [
      'an unknown schedule',
      { ...tinyConfig(), schedule: { kind: 'step' } },
      "schedule.kind: expected one of 'constant', 'warm-up-cosine', got \"step\"",
    ],
    [
      'a drop rate of 1',
      withModel({ dropRates: { ...tinyConfig().models[0]!.config.dropRates, head: 1 } }),
      'dropRates.head: expected a number in [0, 1), got 1',
    ],
    ['a mask that leaves no key', withModel({ patch: 8 }), 'expected two tokens or more'],
    [
      'images of another size',
      withModel({ image: { height: 9, width: 9, channels: 1 } }),
      'is made for images of 9 × 9 × 1',
    ],
    ['a width of a billion', withModel({ dim: 1e9 }), 'dim: expected at most 65,536, got 1000000000'],
    ['a million blocks', withModel({ depth: 1e6 }), 'depth: expected at most 1,000, got 1000000'],
    ['a batch size of a billion', { ...tinyConfig(), batchSize: 1e9 }, 'batchSize: expected at most 65,536'],
    [
      'images that are resized to a billion pixels',
      { ...tinyConfig(), transforms: [{ kind: 'resize', height: 1e9, width: 1 }] },
      'transforms.0.height: expected at most 65,536',
    ],
    [
      'a tensor that cannot be allocated',
      withModel({ headDim: 65_536, heads: 65_536 }),
      'attention/query/weight: expected a parameter of at most 2,147,483,648 numbers',
    ],
    [
      'a model that does not fit into memory',
      withModel({ dim: 65_536, depth: 1000, mlp: { units: [1, 65_536], activateLast: true }, heads: 64, headDim: 128 }),
      'of memory of this machine',
    ],
    ['no model', { ...tinyConfig(), models: [] }, 'models: expected one model or more'],
  ];
  test.each(cases)('%s', async (_, config, sentence) => {
    expect(await refused('--config', configFile(config), '--data', tinyData())).toContain(sentence);
  });

  test('a file that is nested 100,000 levels deep', async () => {
    const path = join(temporaryFolder(), 'deep.json');
    writeFileSync(path, '['.repeat(100_000) + ']'.repeat(100_000));
    expect(await refused('--config', path)).toContain('got records and lists more than 100 levels deep');
  });

  test('a file that is not JSON, and a file that does not exist', async () => {
    const path = join(temporaryFolder(), 'broken.json');
    writeFileSync(path, '{ "name": ');
    expect(await refused('--config', path)).toContain(`${path}: expected JSON`);
    expect(await refused('--config', `${path}.not`)).toContain('there is no such file');
  });
});

describe('files', () => {
  const images = 'train-images-idx3-ubyte';
  const broken: readonly (readonly [string, string, (bytes: Uint8Array) => Uint8Array])[] = [
    ['cut short', images, (bytes) => bytes.subarray(0, 500)],
    ['too long', images, (bytes) => Uint8Array.from([...bytes, 0])],
    ['of another format', images, (bytes) => Uint8Array.from(bytes, (byte, i) => (i === 2 ? 9 : byte))],
    ['with a label out of range', 'train-labels-idx1-ubyte', () => idx(0x801, [40], new Uint8Array(40).fill(10))],
  ];
  test.each(broken)('data %s', async (_, name, damage) => {
    const data = tinyData();
    writeFileSync(join(data, name), damage(readFileSync(join(data, name))));
    const sentence = await refused('--config', configFile(tinyConfig()), '--data', data);
    expect(sentence).toContain(name);
    expect(sentence).toMatch(/expected .*, got .*/);
  });

  test('a folder without the files of the data set', async () => {
    expect(await refused('--config', configFile(tinyConfig()), '--data', temporaryFolder())).toContain(images);
  });

  test('an output folder that cannot be created, or that holds a run already', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, 'mine');
    const run = ['--config', configFile(tinyConfig()), '--data', tinyData(), '--out'];
    expect(await refused(...run, join(file, 'run'))).toContain('cannot be created');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const taken = temporaryFolder();
    mkdirSync(join(taken, 'run'));
    writeFileSync(join(taken, 'run', 'config.json'), '{}');
    expect((await runMain(...run, join(taken, 'run'))).text).toContain('a config.json that is not of a run');
    writeFileSync(join(taken, 'run', 'run.json'), '{}');
    expect((await runMain(...run, join(taken, 'run'))).text).toContain('holds a run already');
    expect(readFileSync(join(taken, 'run', 'config.json'), 'utf8')).toBe('{}');
  });

  test('a loss that is not finite stops the run, and the message says at which step', async () => {
    const config = tinyConfig({ schedule: { kind: 'constant', learningRate: 1e30 } });
    const folder = join(temporaryFolder(), 'run');
    const { code, text } = await runMain('--config', configFile(config), '--data', tinyData(), '--out', folder);
    expect(code).toBe(2);
    expect(text).toMatch(/is not finite at step \d+, in epoch 1\. Try a lower learning rate/);
  });
});
