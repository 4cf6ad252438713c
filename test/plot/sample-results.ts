import { type ModelResult, type PixelImage, type RunResults, wilson } from '../../src/plot/index.js';

const images = 2000;

/** An image whose patches all differ. */
export const samplePicture = (rows: number, columns: number, channels: number): PixelImage => ({
  height: rows,
  width: columns,
  channels,
  data: Array.from({ length: rows * columns * channels }, (_, i) => (i * 37 + (i >> 3) * 11) % 256),
});

const model = (name: string, right: number, depth: number): ModelResult => ({
  name,
  parameters: 141386,
  macs: 7_104_512,
  seconds: 92.4,
  imagesPerSecond: 2338.2,
  epochs: Array.from({ length: depth }, (_, i) => ({
    epoch: i + 1,
    train: { loss: 1 / (i + 1), top1: 1 - 0.5 / (i + 1), top5: 0.99 },
    validation: { loss: 1.1 / (i + 1), top1: 1 - 0.6 / (i + 1), top5: 0.98 },
    learningRate: 1e-3,
  })),
  test: { images, loss: 0.4823, top1: wilson(right, images), top5: wilson(1991, images) },
});

/** Uniform attention. If masked, a patch does not attend to itself. */
const blocks = (tokens: number, heads: number, masked: boolean): Float32Array =>
  Float32Array.from({ length: heads * tokens * tokens }, (_, i) =>
    masked && Math.floor(i / tokens) % tokens === i % tokens ? 0 : 1 / (masked ? tokens - 1 : tokens),
  );

const image = samplePicture(8, 8, 3);
const grid = { rows: 2, columns: 2 };

/** A whole run with every figure. */
export const sampleResults: RunResults = {
  title: 'Two Vision Transformers',
  startedAt: '2026-11-24T14:05:12Z',
  seed: 42,
  preset: 'quickstart',
  engine: 'jit',
  command: 'npm start -- --seed 42',
  dataset: { name: 'Fashion-MNIST', classes: 10, train: 10800, validation: 1200, test: images },
  models: [model('ViT', 1660, 3), model('SPT + LSA', 1718, 3)],
  gain: { value: 0.029, low: 0.015, high: 0.043 },
  patches: {
    label: 'Coat',
    patch: 4,
    views: ['ORIGINAL', 'LEFT-UP', 'LEFT-DOWN', 'RIGHT-UP', 'RIGHT-DOWN'].map((name) => ({ name, image })),
  },
  attention: {
    image,
    label: 'Coat',
    models: [
      {
        name: 'ViT',
        predicted: 'Shirt',
        grid,
        hasClassToken: true,
        blocks: [blocks(5, 2, false), blocks(5, 2, false)],
      },
      { name: 'SPT + LSA', predicted: 'Coat', grid, hasClassToken: false, blocks: [blocks(4, 2, true)] },
    ],
  },
  temperatures: {
    name: 'SPT + LSA',
    initial: 4,
    blocks: [
      [3.1, 2.9],
      [4.2, 3.3],
    ],
  },
};
