import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { cifar } from '../data/fixtures.js';
import { configFile, runMain, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

/** The lines of metrics.jsonl without the times. */
const metrics = (folder: string): readonly unknown[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));

const tinyRun = async (...more: readonly string[]) => {
  const folder = join(temporaryFolder(), 'run');
  const run = await runMain('--config', configFile(tinyConfig()), '--data', tinyData(), '--out', folder, ...more);
  return { folder, ...run };
};

/** A folder in CIFAR-100's format with nine images to train on, and six to test on. */
const partialCifar100 = (): string => {
  const data = join(temporaryFolder(), 'cifar-100-binary');
  mkdirSync(data);
  const records = (count: number) => cifar(Array.from({ length: count }, (_, i) => [i % 20, i % 100]));
  writeFileSync(join(data, 'train.bin'), records(9));
  writeFileSync(join(data, 'test.bin'), records(6));
  return data;
};

describe('the main job', () => {
  test('trains both models, prints the comparison and writes all files of the run', async () => {
    const { folder, code, text } = await tinyRun();
    expect(text).toContain('jit (ONNX Runtime 1.30.0');
    expect(text).toMatch(/disk {5}writes up to \d MB; there is room for [\d.]+ [GM]B/);
    expect(text).toMatch(/Vanilla ViT +│ +[\d,]+ │ +[\d.]+ % +\([\d.]+–[\d.]+\)/);
    expect(text).toMatch(
      /SPT \+ LSA against Vanilla ViT: [+−]?[\d.]+ points top-1 \(95 %: [+−]?[\d.]+ to [+−]?[\d.]+\) on 20 test images/,
    );
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'report.html',
      'run.json',
      'spt-lsa.best.safetensors',
      'spt-lsa.safetensors',
      'vanilla.best.safetensors',
      'vanilla.safetensors',
    ]);
    expect(metrics(folder)).toHaveLength(2 * (3 + 1));
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    for (const figure of ['LEFT-UP', 'Attention', 'Temperature', 'Learning curves']) expect(html).toContain(figure);
    expect(html).toContain('Use the model');
    for (const way of ['--onnx model.onnx', '--hub hub', '--web page'])
      expect(html).toContain(`<code>vitrail export ${folder} ${way}</code>`);
  });

  test('prints with --json one event per line on standard output, and nothing else', async () => {
    const direct = vi.spyOn(process.stdout, 'write');
    const { code, out } = await tinyRun('--epochs', '1', '--json');
    const written = direct.mock.calls.length;
    direct.mockRestore();
    expect(code).toBe(0);
    expect(written).toBe(0);
    const kinds = out.split('\n').map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds[0]).toBe('run');
    expect(kinds.at(-1)).toBe('finished');
    expect(kinds.filter((kind) => kind === 'epoch')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'test')).toHaveLength(2);
  });

  test('gives the same metrics for the same seed, and different ones for another seed', async () => {
    const [first, second, other] = [await tinyRun(), await tinyRun(), await tinyRun('--seed', '7')];
    expect(metrics(second.folder)).toEqual(metrics(first.folder));
    expect(metrics(other.folder)).not.toEqual(metrics(first.folder));
  });

  test('runs on eager tfjs too, with the same result up to rounding', async () => {
    const [jit, eager] = [await tinyRun(), await tinyRun('--engine', 'eager:cpu')];
    expect(eager.text).toContain('eager (cpu)');
    const losses = (folder: string) =>
      metrics(folder).map(
        (line) => (line as { train?: { loss: number }; loss?: number }).train?.loss ?? (line as { loss: number }).loss,
      );
    losses(eager.folder).forEach((loss, i) => {
      expect(loss).toBeCloseTo(losses(jit.folder)[i]!, 3);
    });
  });

  test("runs the Keras example as published on files in CIFAR-100's format", async () => {
    const data = partialCifar100();
    const folder = join(temporaryFolder(), 'run');
    const flags = ['--preset', 'keras-published', '--dataset', 'cifar100', '--data', join(data, '..')];
    const more = ['--epochs', '1', '--batch', '8', '--out', folder];
    const cut = await runMain(...flags, ...more);
    expect(cut.code).toBe(2);
    expect(cut.text).toContain('expected 50000 whole records of 3074 bytes');
    const { code, text } = await runMain(...flags, ...more, '--partial');
    expect(text).toContain('21,759,012');
    expect(text).toContain('21,787,748');
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
  });

  test('a run remembers that its data may be a part of a data set, of its own data alone', async () => {
    const data = partialCifar100();
    const folder = join(temporaryFolder(), 'run');
    const config = configFile(tinyConfig({ epochs: 1 }));
    const flags = ['--config', config, '--dataset', 'cifar100', '--data', data, '--out', folder];
    expect((await runMain(...flags, '--partial')).code).toBe(0);
    expect((await runMain('--resume', folder)).code).toBe(0);
    expect((await runMain('evaluate', folder)).code).toBe(0);
    const other = await runMain('evaluate', folder, '--data', data);
    expect(other.code).toBe(2);
    expect(other.text).toContain('expected 50000 whole records of 3074 bytes');
  });
});
