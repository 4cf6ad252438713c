import { describe, expect, test } from 'vitest';
import { imageShape, shape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import {
  constant,
  glorotNormal,
  glorotUniform,
  type Initializer,
  normalWith,
  ones,
  uniformIn,
  zeros,
} from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { kerasAttention, linear, selfAttention } from '../../src/layers/index.js';
import { kerasModels, officialModels } from '../../src/models/vit/presets.js';
import { vit } from '../../src/models/vit/vit.js';

const COUNT = 40_000;
const draw = (initializer: Initializer, count = COUNT): readonly number[] =>
  Array.from(initializer.sample(key(11), [count]).data);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

/** Expects a uniform distribution over ±limit. */
const expectUniform = (values: readonly number[], limit: number): void => {
  expect(largest(values)).toBeLessThanOrEqual(Math.fround(limit));
  expect(largest(values)).toBeGreaterThan(limit * (1 - 20 / values.length));
  const error = limit / Math.sqrt(3 * values.length);
  expect(Math.abs(mean(values))).toBeLessThan(5 * error);
  expect(Math.abs(deviation(values) / (limit / Math.sqrt(3)) - 1)).toBeLessThan(3 / Math.sqrt(values.length));
};

const expectNormal = (values: readonly number[], expected: number): void => {
  expect(Math.abs(mean(values))).toBeLessThan((5 * expected) / Math.sqrt(values.length));
  expect(Math.abs(deviation(values) / expected - 1)).toBeLessThan(5 / Math.sqrt(2 * values.length));
  // Not cut off at two standard deviations, as a truncated normal would be.
  expect(largest(values)).toBeGreaterThan(2.2 * expected);
};

describe('initializers', () => {
  test('constants', () => {
    expect(draw(zeros, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(draw(ones, 2)).toEqual([1, 1]);
    expect(draw(constant(-2.5), 2)).toEqual([-2.5, -2.5]);
  });

  test('uniform and normal', () => {
    expectUniform(draw(uniformIn(0.05)), 0.05);
    expectNormal(draw(normalWith(2)), 2);
  });

  test('Glorot: limit √(6 / (in + out)), deviation √(2 / (in + out))', () => {
    expectUniform(draw(glorotUniform(300, 100)), Math.sqrt(6 / 400));
    expectNormal(draw(glorotNormal(300, 100)), Math.sqrt(2 / 400));
  });
});

type Drawn = Readonly<Record<string, { readonly data: ArrayLike<number> }>>;
const numbers = (tensor: { readonly data: ArrayLike<number> }): readonly number[] => Array.from(tensor.data);

describe('initial values of Keras', () => {
  test('linear: Glorot uniform of its own fans, zero bias', () => {
    const { params } = orThrow(linear(200).init(shape(['batch', 'feature'], [1, 100])));
    const { weight, bias } = initialize(key(1))(params) as unknown as Drawn;
    expectUniform(numbers(weight!), Math.sqrt(6 / 300));
    expect(numbers(bias!).every((value) => value === 0)).toBe(true);
  });

  test('attention kernels: .0371 and .1083 at width 64 with 4 heads of 64', () => {
    const layer = selfAttention({ heads: 4, headDim: 64 });
    const { params } = orThrow(layer.init(shape(['batch', 'token', 'feature'], [1, 4, 64])));
    const drawn = initialize(key(1))(params) as unknown as Readonly<Record<string, Drawn>>;
    for (const name of ['query', 'key', 'value']) {
      expectUniform(numbers(drawn[name]!.weight!), Math.sqrt(6 / (256 + 4096)));
      expect(largest(numbers(drawn[name]!.weight!))).toBeCloseTo(0.0371, 3);
    }
    expectUniform(numbers(drawn.output!.weight!), Math.sqrt(6 / (256 + 256)));
    expect(largest(numbers(drawn.output!.weight!))).toBeCloseTo(0.1083, 3);
    for (const name of ['query', 'key', 'value', 'output'])
      expect(numbers(drawn[name]!.bias!).every((value) => value === 0)).toBe(true);
  });

  test('fans of a three-dimensional kernel: all axes but the last two are the receptive field', () => {
    // The kernel [dim, heads, headDim] of a projection and [heads, headDim, dim] of the output, all three different.
    const limit = (kernel: readonly [number, number, number]): number =>
      Math.sqrt(6 / (kernel[0] * kernel[1] + kernel[0] * kernel[2]));
    expectUniform(draw(kerasAttention.projection(48, 3, 20)), limit([48, 3, 20]));
    expectUniform(draw(kerasAttention.output(48, 3, 20)), limit([3, 20, 48]));
  });

  test('the whole model: position ±.05, temperature √64, norms 1 and 0, classifier by its fans', () => {
    const config = { ...kerasModels.sl, depth: 2, head: [48, 24] };
    const drawn = initialize(key(1))(orThrow(vit(config).init(imageShape(config.image))).params);
    expectUniform(numbers(drawn.position.table as never), 0.05);
    expect(numbers(drawn.blocks[1]!.attention.temperature as never)).toEqual([8]);
    expect(new Set(numbers(drawn.norm.scale as never))).toEqual(new Set([1]));
    expect(new Set(numbers(drawn.norm.offset as never))).toEqual(new Set([0]));
    expectUniform(numbers(drawn.classifier.weight as never), Math.sqrt(6 / (24 + 100)));
    expectUniform(numbers(drawn.tokens.projection.weight as never), Math.sqrt(6 / (540 + 64)));
    expectUniform(numbers(drawn.blocks[0]!.mlp.layers[0]!.dense.weight as never), Math.sqrt(6 / (64 + 128)));
  });
});

describe('initial values of the official code', () => {
  test('xavier_normal_ for every linear map, also for query, key and value as one; normal class token and positions', () => {
    const config = { ...officialModels.sl, depth: 2 };
    const drawn = initialize(key(2))(orThrow(vit(config).init(imageShape(config.image))).params);
    const { attention, mlp } = drawn.blocks[1]!;
    for (const part of [attention.query, attention.key, attention.value])
      expectNormal(numbers(part.weight as never), Math.sqrt(2 / (192 + 3 * 192)));
    expectNormal(numbers(attention.output.weight as never), Math.sqrt(2 / (192 + 192)));
    expect(numbers(attention.scale as never)).toEqual(new Array(12).fill(0.25));
    expectNormal(numbers(mlp.layers[0]!.dense.weight as never), Math.sqrt(2 / (192 + 384)));
    expectNormal(numbers(drawn.classifier.weight as never), Math.sqrt(2 / (192 + 100)));
    expectNormal(numbers(drawn.tokens.projection.weight as never), Math.sqrt(2 / (240 + 192)));
    expectNormal(numbers(drawn.position.table as never), 1);
    expectNormal(numbers((drawn as { class?: { token: unknown } }).class!.token as never), 1);
    expect((drawn.position.table as unknown as { shape: unknown }).shape).toEqual([65, 192]);
  });
});
