/**
 * Models of the authors' code, and the same with shifted patch tokenization and locality self-attention.
 *
 * @module
 */
import type { ModelPair } from '../vit/presets.js';
import type { CctConfig } from './config.js';

const pair = (vanilla: CctConfig): ModelPair<CctConfig> => ({
  vanilla,
  sl: {
    ...vanilla,
    tokenizer: { kind: 'shifted-conv', directions: 'diagonal', order: 'official', ratio: 0.5 },
    attention: { kind: 'locality', temperature: 'scale-per-head', maskDiagonal: true },
  },
});

const cct7: CctConfig = {
  kind: 'cct',
  image: { height: 32, width: 32, channels: 3 },
  classes: 100,
  tokenizer: { kind: 'conv' },
  convolutions: { layers: 1, hidden: 64, size: 3, stride: 1 },
  dim: 256,
  depth: 7,
  heads: 4,
  headDim: 64,
  attention: { kind: 'softmax' },
  mlp: 512,
  dropRates: { attention: 0.1, tokens: 0, path: 0.1 },
  epsilon: 1e-5,
};

/** CCT-7/3x1 for CIFAR-100: 7 blocks, 256 tokens of one convolution. Published: 77.05 % top-1 in 200 epochs (3.8 million parameters). */
export const cct7Models: ModelPair<CctConfig> = pair(cct7);

/** CCT-2/3x2 for CIFAR-100: 2 blocks, 64 tokens of two convolutions, 0.28 million parameters with 10 classes. */
export const cct2Models: ModelPair<CctConfig> = pair({
  ...cct7,
  convolutions: { layers: 2, hidden: 64, size: 3, stride: 1 },
  dim: 128,
  depth: 2,
  heads: 2,
  headDim: 64,
  mlp: 128,
});
