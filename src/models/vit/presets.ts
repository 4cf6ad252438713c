/**
 * Named models: the pair that the Keras example compares, the official pair, and a small pair for a first run.
 *
 * @module
 */
import type { VitConfig } from './config.js';

/** A vanilla model, and the same with shifted patch tokenization and locality self-attention. */
export interface ModelPair<C = VitConfig> {
  readonly vanilla: C;
  readonly sl: C;
}

const pair = (vanilla: VitConfig, changes: Pick<VitConfig, 'tokenizer' | 'attention'>): ModelPair => ({
  vanilla,
  sl: { ...vanilla, ...changes },
});

/**
 * keras.io "Train a Vision Transformer on small datasets", exactly as coded there: GELU and dropout also after the last layer
 * of each MLP, one temperature per layer, and all tokens flattened into a head with 97 % of the parameters.
 */
export const kerasModels: ModelPair = pair(
  {
    kind: 'vit',
    image: { height: 72, width: 72, channels: 3 },
    classes: 100,
    patch: 6,
    dim: 64,
    depth: 8,
    heads: 4,
    headDim: 64,
    attentionBias: true,
    tokenizer: { kind: 'patches' },
    attention: { kind: 'softmax' },
    mlp: { units: [128, 64], activateLast: true },
    pool: 'flatten',
    head: [2048, 1024],
    dropRates: { attention: 0.1, mlp: 0.1, path: 0, representation: 0.5, head: 0.5 },
    epsilon: 1e-6,
    initialization: 'keras',
  },
  {
    tokenizer: { kind: 'shifted', directions: 'diagonal', order: 'keras', ratio: 0.5 },
    attention: { kind: 'locality', temperature: 'temperature-per-layer', maskDiagonal: true },
  },
);

/** The authors' PyTorch code (aanna0701/SPT_LSA_ViT, models/vit.py) for images of 32 × 32. */
export const officialModels: ModelPair = pair(
  {
    kind: 'vit',
    image: { height: 32, width: 32, channels: 3 },
    classes: 100,
    patch: 4,
    dim: 192,
    depth: 9,
    heads: 12,
    headDim: 16,
    attentionBias: false,
    tokenizer: { kind: 'patches' },
    attention: { kind: 'softmax' },
    mlp: { units: [384, 192], activateLast: false },
    pool: 'class',
    head: [],
    dropRates: { attention: 0, mlp: 0, path: 0.1, representation: 0, head: 0 },
    epsilon: 1e-5,
    initialization: 'official',
  },
  {
    tokenizer: { kind: 'shifted', directions: 'diagonal', order: 'official', ratio: 0.5 },
    attention: { kind: 'locality', temperature: 'scale-per-head', maskDiagonal: true },
  },
);

/**
 * A smaller Keras pair, which trains in a minute on two cores. It has less dropout, which would be too strong for such a short
 * run.
 */
export const quickstartModels: ModelPair = pair(
  {
    ...kerasModels.vanilla,
    image: { height: 28, width: 28, channels: 1 },
    classes: 10,
    patch: 4,
    depth: 4,
    headDim: 32,
    head: [256, 128],
    dropRates: { attention: 0, mlp: 0, path: 0, representation: 0, head: 0.1 },
  },
  {
    tokenizer: kerasModels.sl.tokenizer,
    attention: kerasModels.sl.attention,
  },
);
