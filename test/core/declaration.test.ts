import { describe, expect, test } from 'vitest';
import { imageShape, shape } from '../../src/core/axes.js';
import { countParameters, initialize, summarize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { repeat } from '../../src/core/sequence.js';
import { serial } from '../../src/core/serial.js';
import { dropout, layerNorm, linear, localityAttention, patchTokens } from '../../src/layers/index.js';
import { byPath } from './harness.js';

const input = shape(['batch', 'token', 'feature'], [1, 5, 6]);
const block = serial(named('norm', layerNorm()), named('inner', linear(6)), named('drop', dropout(0.1)));
const start = (depth: number, seed = 1) =>
  byPath(
    initialize(key(seed))(
      orThrow(serial(named('blocks', repeat(depth, block)), named('last', linear(3))).init(input)).params,
    ),
  );

describe('initialize', () => {
  test('gives the same bits for the same key, and different ones for another', () => {
    expect(start(2)).toEqual(start(2));
    expect(start(2)['last/weight']).not.toEqual(start(2, 2)['last/weight']);
  });

  test('adding a layer does not change the initial values of the others', () => {
    expect(start(3)).toMatchObject(start(2));
    const first = orThrow(serial(named('a', linear(6)), named('b', linear(6))).init(input)).params;
    const more = orThrow(
      serial(named('new', linear(6)), named('b', linear(6)), named('a', linear(6))).init(input),
    ).params;
    expect(byPath(initialize(key(1))(more))).toMatchObject(byPath(initialize(key(1))(first)));
  });

  test('two leaves of the same shape have different initial values', () => {
    const weights = Object.entries(start(4)).filter(([path]) => path.endsWith('inner/weight'));
    expect(new Set(weights.map(([, weight]) => JSON.stringify(weight))).size).toBe(4);
  });
});

describe('a declaration', () => {
  const model = serial(
    named('tokens', patchTokens({ patch: 4, dim: 6 })),
    named('attention', localityAttention({ heads: 2, headDim: 3 })),
  );
  const declaration = orThrow(model.init(imageShape({ height: 8, width: 12, channels: 3 }, 2)));

  test('counts parameters and multiply-accumulates', () => {
    // Patches of 4 · 4 · 3 numbers; four maps 6 → 6 with biases; a temperature.
    expect(countParameters(declaration)).toBe(48 * 6 + 6 + 4 * (6 * 6 + 6) + 1);
    // Two images of six tokens: the projections, then scores and mixing of 2 heads of 3.
    expect(declaration.macs).toBe(2 * (6 * 48 * 6 + 4 * 6 * 6 * 6 + 2 * 6 * 6 * 6));
    expect(declaration.output).toEqual(shape(['batch', 'token', 'feature'], [2, 6, 6]));
  });

  test('the summary lists every parameter with its axes, count and initializer, and the totals', () => {
    const lines = summarize(declaration).split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatch(/^tokens\/projection\/weight +\[in 48, out 6\] +288 +uniform\(±0\.33\d*\)$/);
    expect(lines.find((line) => line.startsWith('attention/temperature'))).toMatch(/\[\] +1 +constant\(1\.73\d*\)$/);
    expect(lines.at(-1)).toBe('463 parameters, 0.01 M multiply-accumulates');
    // Columns are aligned.
    expect(new Set(lines.slice(0, -1).map((line) => line.indexOf('['))).size).toBe(1);
  });

  test('parameters do not depend on the batch size; multiply-accumulates grow with it', () => {
    const one = orThrow(model.init(imageShape({ height: 8, width: 12, channels: 3 })));
    expect(countParameters(one)).toBe(countParameters(declaration));
    expect(one.macs * 2).toBe(declaration.macs);
  });
});
