/** The laws of every kind of attention, for random sizes: weights are distributions over keys, the diagonal is masked, permuting tokens permutes the output, and a temperature is learned. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shape } from '../../src/core/axes.js';
import { evaluation } from '../../src/core/context.js';
import { initialize } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { int32 } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { observe } from '../../src/core/observe.js';
import { orThrow } from '../../src/core/or-throw.js';
import { map } from '../../src/core/tree.js';
import { localityAttention, selfAttention, type TemperatureKind } from '../../src/layers/index.js';
import type { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels } from '../../src/models/vit/presets.js';
import { declareVit, vit } from '../../src/models/vit/vit.js';
import {
  chain,
  classification,
  constantSchedule,
  declareState,
  scaleByAdam,
  scaleByLearningRate,
  trainStep,
} from '../../src/train/index.js';
import { bits, build, byPath, expectClose, noise, tensorOf } from '../core/harness.js';

const kinds = ['temperature-per-layer', 'temperature-per-head', 'scale-per-head', 'fixed'] as const;

interface Heads {
  readonly heads: number;
  readonly headDim: number;
}

const attentions = [
  ['selfAttention', (heads: Heads) => selfAttention(heads), false],
  ['localityAttention without its mask', (heads: Heads) => localityAttention({ ...heads, maskDiagonal: false }), false],
  ...kinds.map(
    (temperature) =>
      [
        `localityAttention, ${temperature}`,
        (heads: Heads) => localityAttention({ ...heads, temperature }),
        true,
      ] as const,
  ),
] as const;

const sizes = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  tokens: fc.integer({ min: 2, max: 7 }),
  width: fc.integer({ min: 2, max: 6 }),
  heads: fc.integer({ min: 1, max: 3 }),
  headDim: fc.integer({ min: 1, max: 4 }),
  /** The size of the token values: scores grow with its square. */
  magnitude: fc.constantFrom(0.1, 1, 20),
  seed: fc.nat(1000),
});

type Given = typeof sizes extends fc.Arbitrary<infer T> ? T : never;

describe.each(attentions)('%s', (_, make, masked) => {
  /** The layer on random tokens, and on the same tokens in another order. */
  const observed = ({ batch, tokens, width, magnitude, seed, ...heads }: Given, order?: readonly number[]) => {
    const layer: AnyLayer = make(heads);
    const input = shape(['batch', 'token', 'feature'], [batch, tokens, width]);
    const { params } = build(layer, input, seed);
    const x = tf.mul(tensorOf(noise(seed, input.sizes)), magnitude);
    const given = order === undefined ? x : tf.gather(x, [...order], 1);
    return observe(layer)(params, given, evaluation);
  };

  test('the weights of each token sum to 1, and its own weight is 0 if masked', () => {
    fc.assert(
      fc.property(sizes, (given) => {
        const weights = observed(given).shown.weights!;
        expect(weights.shape).toEqual([given.batch, given.heads, given.tokens, given.tokens]);
        expectClose(bits(tf.sum(weights, -1)), bits(tf.ones([given.batch, given.heads, given.tokens])), 1e-6);
        const flat = bits(weights);
        flat.forEach((weight, i) => {
          const diagonal = i % given.tokens === Math.floor(i / given.tokens) % given.tokens;
          if (masked && diagonal) expect(weight).toBe(0);
          else expect(weight).toBeGreaterThanOrEqual(0);
        });
        // Small tokens without a mask have no zero weights, so the zeros above come from the mask.
        if (!masked && given.magnitude < 1) expect(Math.min(...flat)).toBeGreaterThan(0);
      }),
      { numRuns: 15 },
    );
  });

  test('is equivariant: permuted tokens give permuted outputs and weights', () => {
    const permuted = sizes.chain((given) =>
      fc
        .shuffledSubarray([...new Array(given.tokens).keys()], { minLength: given.tokens })
        .map((order) => [{ ...given, magnitude: 1 }, order] as const),
    );
    fc.assert(
      fc.property(permuted, ([given, order]) => {
        const [plain, moved] = [observed(given), observed(given, order)];
        expectClose(bits(moved.output), bits(tf.gather(plain.output as tf.Tensor, order, 1)));
        expectClose(bits(moved.shown.weights!), bits(tf.gather(tf.gather(plain.shown.weights!, order, 2), order, 3)));
      }),
      { numRuns: 15 },
    );
  });
});

describe.each<[TemperatureKind, 'temperature' | 'scale', number]>([
  ['temperature-per-layer', 'temperature', 1e6],
  ['temperature-per-head', 'temperature', 1e6],
  ['scale-per-head', 'scale', 1e-6],
])('the learned scaling %s', (kind, leaf, hot) => {
  test('selects one token at a low temperature, and is uniform over the other tokens at a high one', () => {
    const layer = localityAttention({ heads: 2, headDim: 3, temperature: kind });
    const input = shape(['batch', 'token', 'feature'], [1, 5, 4]);
    const { hosts } = build(layer, input);
    const weightsAt = (value: number): readonly number[] => {
      const params = map<HostTensor, tf.Tensor>((host, path) =>
        path[0] === leaf ? tf.fill([...host.shape], value) : tensorOf(host),
      )(hosts);
      return bits(observe(layer)(params as never, tensorOf(noise(3, input.sizes)), evaluation).shown.weights!);
    };
    const others = weightsAt(hot).filter((weight) => weight !== 0);
    expect(others).toHaveLength(2 * 5 * 4);
    for (const weight of others) expect(weight).toBeCloseTo(0.25, 4);
    const sharp = weightsAt(1 / hot);
    expect(sharp.filter((weight) => weight > 0.999)).toHaveLength(2 * 5);
  });

  test('has a gradient, and a training step moves it against that gradient in every block', () => {
    const config: VitConfig = {
      ...kerasModels.sl,
      ...{ image: { height: 8, width: 8, channels: 1 }, classes: 3, patch: 4, dim: 6, depth: 2, heads: 2, headDim: 3 },
      attention: { kind: 'locality', temperature: kind, maskDiagonal: true },
      mlp: { units: [8, 6], activateLast: false },
      head: [],
      dropRates: { attention: 0, mlp: 0, path: 0, representation: 0, head: 0 },
    };
    const optimizer = chain({ adam: scaleByAdam(), rate: scaleByLearningRate(constantSchedule(0.01)) });
    const state = initialize(key(1))(declareState(orThrow(declareVit(config)), optimizer));
    const batch = { input: tensorOf(noise(2, [3, 8, 8, 1])), target: tensorOf(int32([3], [0, 1, 2])) };
    const objective = orThrow(classification({ classes: config.classes }));
    const before = map<HostTensor, tf.Tensor>(tensorOf)(state) as never;
    const after = trainStep({ model: vit(config), objective, optimizer })({ state: before, batch }, key(3)).state;
    const [old, next] = [byPath(before), byPath(after)] as readonly Readonly<Record<string, tf.Tensor>>[];
    for (const block of [0, 1]) {
      const path = `blocks/${block}/attention/${leaf}`;
      // After one step of Adam, its mean is a tenth of the gradient.
      const gradient = bits(next![`optimizer/adam/mean/${path}`]!);
      const moves = bits(tf.sub(next![`params/${path}`]!, old![`params/${path}`]!));
      expect(moves).toHaveLength(kind === 'temperature-per-layer' ? 1 : 2);
      moves.forEach((move, i) => {
        expect(Math.abs(gradient[i]!)).toBeGreaterThan(1e-7);
        expect(Math.sign(move)).toBe(-Math.sign(gradient[i]!));
        expect(Math.abs(move)).toBeCloseTo(0.01, 3);
      });
    }
  });
});
