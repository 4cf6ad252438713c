import '../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { evaluation, training } from '../../src/core/context.js';
import { key } from '../../src/core/key.js';
import { observe } from '../../src/core/observe.js';
import type { VitConfig } from '../../src/models/vit/config.js';
import { type VitParams, vit } from '../../src/models/vit/vit.js';
import { bits, build, noise, tensorOf } from './harness.js';

const config: VitConfig = {
  kind: 'vit',
  image: { height: 12, width: 12, channels: 3 },
  classes: 4,
  patch: 4,
  dim: 6,
  depth: 3,
  heads: 2,
  headDim: 5,
  attentionBias: true,
  tokenizer: { kind: 'patches' },
  attention: { kind: 'locality', temperature: 'temperature-per-layer', maskDiagonal: true },
  mlp: { units: [8, 6], activateLast: true },
  pool: 'class',
  head: [7],
  dropRates: { attention: 0.3, mlp: 0, path: 0, representation: 0, head: 0 },
  epsilon: 1e-6,
  initialization: 'keras',
};
const images = imageShape(config.image, 2);
const x = tensorOf(noise(4, images.sizes));
const [batch, heads, tokens] = [2, 2, 10];

const rows = (weights: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: batch * heads * tokens }, (_, i) => weights.slice(i * tokens, (i + 1) * tokens));

describe('observe', () => {
  const model = vit(config);
  const { params } = build(model, images);
  const { output, shown } = observe(model)(params, x, evaluation);

  test('shows the attention weights of every block by path, and does not change the output', () => {
    expect(Object.keys(shown)).toEqual(
      [0, 1, 2].flatMap((i) => [`blocks/${i}/attention/weights`, `blocks/${i}/attention/temperature`]),
    );
    expect(bits(output)).toEqual(bits(model.apply(params, x, evaluation)));
  });

  test('each row is a distribution over the other tokens: it sums to 1 and is exactly 0 on the diagonal', () => {
    for (const i of [0, 1, 2]) {
      const weights = shown[`blocks/${i}/attention/weights`]!;
      expect(weights.shape).toEqual([batch, heads, tokens, tokens]);
      rows(bits(weights)).forEach((row, i) => {
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        expect(row[i % tokens]).toBe(0);
        expect(row.filter((weight) => weight > 0)).toHaveLength(tokens - 1);
      });
    }
  });

  test('the temperature of each head is the divisor of its scores', () => {
    const [temperature] = bits((params as VitParams).blocks[2]!.attention.temperature!);
    expect(bits(shown['blocks/2/attention/temperature']!)).toEqual([temperature, temperature]);
  });

  test('without the mask a token attends to itself as well', () => {
    const plain = vit({ ...config, attention: { kind: 'softmax' } });
    const seen = observe(plain)(build(plain, images).params, x, evaluation).shown;
    expect(Object.keys(seen)).toEqual([0, 1, 2].map((i) => `blocks/${i}/attention/weights`));
    rows(bits(seen['blocks/1/attention/weights']!)).forEach((row, i) => {
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
      expect(row[i % tokens]).toBeGreaterThan(0);
    });
  });

  test('shows the attention weights before dropout in training', () => {
    const inTraining = observe(model)(params, x, training(key(1))).shown['blocks/0/attention/weights']!;
    expect(bits(inTraining)).toEqual(bits(shown['blocks/0/attention/weights']!));
  });
});
