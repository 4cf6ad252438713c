/** A run of a second: the data and the configuration. Nothing here needs vitest. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orThrow } from '../../src/core/or-throw.js';
import type { Dataset } from '../../src/data/image-source.js';
import type { ExperimentConfig } from '../../src/experiment/config.js';
import { type Prepared, prepare } from '../../src/experiment/prepare.js';
import { presets } from '../../src/experiment/presets.js';
import { type ModelPair, quickstartModels, type VitConfig } from '../../src/models/index.js';
import { bytesOf, digits, idx, someImages } from '../data/fixtures.js';

/** Writes a data set in Fashion-MNIST's format: 8 × 8 pixels, 40 images to train on and 20 to test on. */
export const writeTinyData = (folder: string): void => {
  const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 10);
  for (const [name, count] of [['train', 40] as const, ['t10k', 20] as const]) {
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idx(0x803, [count, 8, 8], bytesOf(count * 64)));
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idx(0x801, [count], labels(count)));
  }
};

/** The same sizes in memory. */
export const tinyDataset = (): Dataset => ({
  name: 'tiny',
  classes: digits,
  train: someImages(40, 8, 8, 1),
  test: someImages(20, 8, 8, 1),
});

const tiny = (config: VitConfig): VitConfig => ({
  ...config,
  image: { height: 8, width: 8, channels: 1 },
  dim: 8,
  depth: 2,
  heads: 2,
  headDim: 4,
  mlp: { units: [16, 8], activateLast: true },
  head: [8],
  dropRates: { attention: 0.1, mlp: 0.1, path: 0.1, representation: 0.1, head: 0.1 },
});

/** The quickstart's models with a few hundred parameters, dropout included. */
export const tinyModels: ModelPair = { vanilla: tiny(quickstartModels.vanilla), sl: tiny(quickstartModels.sl) };

/** The quickstart with the tiny models, for the tiny data. */
export const tinyConfig = (changes: Partial<ExperimentConfig> = {}): ExperimentConfig => ({
  ...presets.quickstart,
  name: 'tiny',
  dataset: 'fashion-mnist',
  models: presets.quickstart.models.map((model, i) => ({
    ...model,
    config: i === 0 ? tinyModels.vanilla : tinyModels.sl,
  })),
  epochs: 3,
  batchSize: 8,
  ...changes,
});

/** The tiny experiment, prepared on the images in memory. */
export const tinyPrepared = (changes: Partial<ExperimentConfig> = {}): Prepared =>
  orThrow(prepare(tinyConfig(changes), tinyDataset()));
