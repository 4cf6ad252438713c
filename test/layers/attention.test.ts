import '../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { shape } from '../../src/core/axes.js';
import { evaluation, training } from '../../src/core/context.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { observe } from '../../src/core/observe.js';
import { map } from '../../src/core/tree.js';
import { localityAttention, selfAttention } from '../../src/layers/index.js';
import { bits, build, expectClose, left, noise, tensorOf } from '../core/harness.js';
import * as oracle from './oracle.js';

const tokens = shape(['batch', 'token', 'feature'], [2, 5, 6]);
const given = noise(5, tokens.sizes);
const x = tensorOf(given);
const images = oracle.nested<readonly oracle.Matrix[]>(given);
const heads = { heads: 3, headDim: 4 };

type Params = Pick<oracle.Attention, 'query' | 'key' | 'value' | 'output'> & {
  readonly temperature?: number | readonly number[];
  readonly scale?: readonly number[];
};

/** Compares the layer with the reference with the same parameters. */
const compare = (
  layer: AnyLayer,
  { maskDiagonal, temperature }: { maskDiagonal: boolean; temperature: (params: Params, head: number) => number },
) => {
  const { hosts, params: tensors } = build(layer, tokens);
  const params = map<HostTensor, unknown>(oracle.nested)(hosts) as unknown as Params;
  const correct = images.map((image) =>
    oracle.attention(image, { ...params, heads: 3, maskDiagonal, temperature: (head) => temperature(params, head) }),
  );
  const { output, shown } = observe(layer)(tensors, x as never, evaluation);
  expectClose(bits(output), oracle.flat(correct.map((image) => image.output)));
  expectClose(bits(shown.weights!), oracle.flat(correct.map((image) => image.weights)));
  if (shown.temperature !== undefined)
    expectClose(
      bits(shown.temperature),
      [0, 1, 2].map((head) => temperature(params, head)),
    );
  return params;
};
const root = (): number => Math.sqrt(4);

describe('selfAttention', () => {
  test('is softmax(Q Kᵀ / √headDim) V over heads, projected', () => {
    const params = compare(selfAttention(heads), { maskDiagonal: false, temperature: root });
    expect([params.query.weight.length, params.query.weight[0]!.length, params.query.bias!.length]).toEqual([
      6, 12, 12,
    ]);
    expect([params.output.weight.length, params.output.weight[0]!.length, params.output.bias!.length]).toEqual([
      12, 6, 6,
    ]);
  });

  test('without biases of query, key and value still has that of the output', () => {
    const params = compare(selfAttention({ ...heads, bias: false }), { maskDiagonal: false, temperature: root });
    expect([params.query.bias, params.key.bias, params.value.bias]).toEqual([undefined, undefined, undefined]);
    expect(params.output.bias).toHaveLength(6);
  });
});

describe('localityAttention', () => {
  test('divides by one temperature per layer and masks the diagonal by default', () => {
    const params = compare(localityAttention(heads), {
      maskDiagonal: true,
      temperature: (p) => p.temperature as number,
    });
    expect(typeof params.temperature).toBe('number');
  });

  test('divides by one temperature per head', () => {
    const params = compare(localityAttention({ ...heads, temperature: 'temperature-per-head' }), {
      maskDiagonal: true,
      temperature: (p, head) => (p.temperature as readonly number[])[head]!,
    });
    expect(params.temperature).toHaveLength(3);
  });

  test('multiplies by one scale per head', () => {
    const params = compare(localityAttention({ ...heads, temperature: 'scale-per-head', bias: false }), {
      maskDiagonal: true,
      temperature: (p, head) => 1 / p.scale![head]!,
    });
    expect(params.scale).toHaveLength(3);
  });

  test('has no parameter for a fixed temperature', () => {
    const params = compare(localityAttention({ ...heads, temperature: 'fixed' }), {
      maskDiagonal: true,
      temperature: root,
    });
    expect(Object.keys(params)).toEqual(['query', 'key', 'value', 'output']);
  });

  test('does not mask the diagonal if maskDiagonal is false', () => {
    compare(localityAttention({ ...heads, maskDiagonal: false }), {
      maskDiagonal: false,
      temperature: (p) => p.temperature as number,
    });
  });

  test.each([
    ['temperature-per-layer', 'temperature', [2]],
    ['temperature-per-head', 'temperature', [2, 2, 2]],
    ['scale-per-head', 'scale', [0.5, 0.5, 0.5]],
  ] as const)('%s starts at the scaling of plain attention', (temperature, leaf, start) => {
    const { declaration } = build(localityAttention({ ...heads, temperature }), tokens);
    const { shape: size, initializer } = (declaration.params as Record<string, unknown>)[leaf] as {
      shape: readonly number[];
      initializer: { sample: (k: unknown, s: readonly number[]) => { data: ArrayLike<number> } };
    };
    expect(Array.from(initializer.sample(key(1), size).data)).toEqual(start);
  });

  test('gives a token a weight of exactly 0 for itself, however large the scores', () => {
    const layer = localityAttention(heads);
    const { hosts } = build(layer, tokens);
    const magnified = map<HostTensor, unknown>((leaf) =>
      tensorOf({ ...leaf, data: leaf.data.map((value) => value * 40) }),
    );
    const { shown } = observe(layer)(magnified(hosts) as never, x, evaluation);
    const weights = bits(shown.weights!);
    oracle.range(2 * 3 * 5).forEach((row) => {
      expect(weights[row * 5 + (row % 5)]).toBe(0);
      expect(oracle.sum(weights.slice(row * 5, row * 5 + 5))).toBeCloseTo(1, 5);
    });
  });
});

describe('attention dropout', () => {
  test('zeroes weights in training only, after the softmax, and scales up the others', () => {
    // With equal values everywhere, the output of a head is the sum of its weights after dropout.
    const layer = selfAttention({ heads: 1, headDim: 1, dropRate: 0.5 });
    const one = (shape_: readonly number[], value: number) =>
      tensorOf({
        dtype: 'float32',
        shape: shape_,
        data: new Float32Array(shape_.reduce((a, b) => a * b, 1)).fill(value),
      });
    const projection = (weight: number, bias: number) => ({ weight: one([1, 1], weight), bias: one([1], bias) });
    const params = {
      query: projection(0, 0),
      key: projection(0, 0),
      value: projection(0, 1),
      output: projection(1, 0),
    };
    const value = one([1, 40, 1], 1);
    const kept = bits(layer.apply(params as never, value, training(key(2))));
    // Each weight is 1/40, and doubled if not dropped.
    for (const total of kept) expect(Math.abs(total * 20 - Math.round(total * 20))).toBeLessThan(1e-4);
    expect(new Set(kept).size).toBeGreaterThan(3);
    // Five standard deviations for 1600 weights.
    expect(Math.abs(oracle.mean(kept) - 1)).toBeLessThan(5 / 40);
    for (const total of bits(layer.apply(params as never, value, evaluation))) expect(total).toBeCloseTo(1, 6);
  });
});

describe('rejected, with the path', () => {
  const oneToken = shape(['batch', 'token', 'feature'], [1, 1, 6]);

  test('a mask that leaves no key', () => {
    expect(left(named('attention', localityAttention(heads)).init(oneToken))).toMatchObject({
      _tag: 'ShapeError',
      path: ['attention'],
    });
    expect(localityAttention({ ...heads, maskDiagonal: false }).init(oneToken)._tag).toBe('Right');
    expect(selfAttention(heads).init(oneToken)._tag).toBe('Right');
  });

  test.each([{ heads: 0 }, { heads: 1.5 }, { headDim: 0 }, { headDim: -2 }, { dropRate: 1 }, { dropRate: -0.5 }])(
    '%o',
    (wrong) => {
      for (const layer of [selfAttention, localityAttention] as readonly ((options: typeof heads) => AnyLayer)[])
        expect(left(named('attention', layer({ ...heads, ...wrong })).init(tokens))).toMatchObject({
          _tag: 'ShapeError',
          path: ['attention'],
        });
    },
  );

  test('vectors', () => {
    const error = left(selfAttention(heads).init(shape(['batch', 'feature'], [2, 6])));
    expect(error.expected).toBe('axes [batch, token, feature]');
    expect(error.actual).toBe('[batch 2, feature 6]');
  });
});
