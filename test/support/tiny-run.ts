import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import type { Dataset } from '../../src/data/image-source.js';
import type { ExperimentConfig } from '../../src/experiment/config.js';
import { type Prepared, prepare } from '../../src/experiment/prepare.js';
import { presets } from '../../src/experiment/presets.js';
import { bytesOf, digits, idx, someImages } from '../data/fixtures.js';

/** An empty folder that is removed when the test ends. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder with a data set in Fashion-MNIST's format: 8 × 8 pixels, 40 images to train on and 20 to test on. */
export const tinyData = (): string => {
  const folder = temporaryFolder();
  const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 10);
  for (const [name, count] of [['train', 40] as const, ['t10k', 20] as const]) {
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idx(0x803, [count, 8, 8], bytesOf(count * 64)));
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idx(0x801, [count], labels(count)));
  }
  return folder;
};

/** The same sizes in memory. */
export const tinyDataset = (): Dataset => ({
  name: 'tiny',
  classes: digits,
  train: someImages(40, 8, 8, 1),
  test: someImages(20, 8, 8, 1),
});

/** The quickstart with models of a few hundred parameters for the tiny data, dropout included. */
export const tinyConfig = (changes: Partial<ExperimentConfig> = {}): ExperimentConfig => ({
  ...presets.quickstart,
  name: 'tiny',
  dataset: 'fashion-mnist',
  models: presets.quickstart.models.map((model) => ({
    ...model,
    config: {
      ...model.config,
      image: { height: 8, width: 8, channels: 1 },
      dim: 8,
      depth: 2,
      heads: 2,
      headDim: 4,
      mlp: { units: [16, 8], activateLast: true },
      head: [8],
      dropRates: { attention: 0.1, mlp: 0.1, path: 0.1, representation: 0.1, head: 0.1 },
    },
  })),
  epochs: 3,
  batchSize: 8,
  ...changes,
});

/** The tiny experiment, prepared on the images in memory. */
export const tinyPrepared = (changes: Partial<ExperimentConfig> = {}): Prepared =>
  orThrow(prepare(tinyConfig(changes), tinyDataset()));

/** Writes a configuration and returns its path. */
export const configFile = (config: unknown): string => {
  const path = join(temporaryFolder(), 'experiment.json');
  writeFileSync(path, JSON.stringify(config));
  return path;
};

/** Runs the command line in this process. Returns its exit code, all its output, and its standard output alone. */
export const runMain = async (...argv: readonly string[]) => {
  const { main } = await import('../../src/cli/main.js');
  const printed: string[] = [];
  const out: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
      printed.push(String(text));
      out.push(String(text));
    }),
    vi.spyOn(console, 'error').mockImplementation((text: unknown) => {
      printed.push(String(text));
    }),
  ];
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map(
    (signal) => [signal, process.listeners(signal as 'SIGINT')] as const,
  );
  try {
    return { code: await main(argv), text: printed.join('\n'), out: out.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const [signal, before] of listeners) {
      for (const listener of process.listeners(signal as 'SIGINT')) {
        if (!before.includes(listener)) process.removeListener(signal, listener);
      }
    }
  }
};
