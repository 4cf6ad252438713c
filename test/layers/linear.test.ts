import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Shape, shape } from '../../src/core/axes.js';
import { evaluation, training } from '../../src/core/context.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { map } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import {
  classifier,
  dropout,
  dropPath,
  gelu,
  type LayerNormParams,
  type LinearParams,
  layerNorm,
  linear,
  mlp,
} from '../../src/layers/index.js';
import { bits, build, expectClose, left, noise, tensorOf } from '../core/harness.js';
import * as oracle from './oracle.js';

const tokens = shape(['batch', 'token', 'feature'], [2, 3, 7]);
const given = noise(5, tokens.sizes);
const x = tensorOf(given);
const rows = oracle.nested<readonly oracle.Matrix[]>(given).flat();

/** Runs a layer with perturbed parameters. Returns its output, and the parameters as nested arrays. */
const run = <P>(layer: AnyLayer, input: Shape = tokens, value = x) => {
  const { declaration, hosts, params } = build(layer, input);
  const output: tf.Tensor = layer.apply(params, value, evaluation);
  return { output, shape: declaration.output, params: map<HostTensor, unknown>(oracle.nested)(hosts) as P };
};
type Dense = oracle.Projection & { readonly bias: oracle.Vector };

describe('linear', () => {
  test('is x W + b on tokens and on vectors', () => {
    const { output, params, shape: declared } = run<Dense>(linear(4));
    expectClose(bits(output), oracle.flat(oracle.dense(rows, params.weight, params.bias)));
    expect(declared).toEqual(shape(['batch', 'token', 'feature'], [2, 3, 4]));
    const vectors = shape(['batch', 'feature'], [6, 7]);
    const onVectors = run<Dense>(linear(4), vectors, tf.reshape(x, [6, 7]));
    expectClose(bits(onVectors.output), bits(output));
    expect(onVectors.output.shape).toEqual([6, 4]);
  });

  test('without bias is x W', () => {
    const { output, params } = run<oracle.Projection>(linear(4, { bias: false }));
    expect(Object.keys(params)).toEqual(['weight']);
    expectClose(bits(output), oracle.flat(oracle.dense(rows, params.weight)));
  });

  // Few rows and many, more inputs than outputs and fewer: there are two formulas for the gradient of the weight.
  test.each([
    [12, 5, 3],
    [12, 3, 5],
    [2, 5, 3],
    [2, 3, 5],
  ])('has the gradients xᵀ dy, Σ dy and dy Wᵀ for %i rows of %i → %i features', (count, width, units) => {
    const input = shape(['batch', 'token', 'feature'], [count, 1, width]);
    const { params } = build(linear(units), input);
    const [value, dy] = [noise(7, [count, 1, width]), noise(8, [count, 1, units])];
    const { gradients } = valueAndGrad((all: { params: LinearParams; value: tf.Tensor }) => ({
      loss: tf.sum(tf.mul(linear(units).apply(all.params, all.value, evaluation) as tf.Tensor, tensorOf(dy))),
      aux: {},
    }))({ params, value: tensorOf(value) });
    const [matrix, slope] = [value, dy].map((host) => oracle.nested<readonly oracle.Matrix[]>(host).flat());
    const columns = (m: oracle.Matrix): oracle.Matrix => m[0]!.map((_, i) => m.map((row) => row[i]!));
    const weight = oracle.nested<oracle.Matrix>({
      dtype: 'float32',
      shape: [width, units],
      data: Float32Array.from(bits((params as LinearParams).weight as tf.Tensor)),
    });
    expectClose(bits(gradients.params.weight as tf.Tensor), oracle.flat(oracle.dense(columns(matrix!), slope!)));
    expectClose(bits(gradients.params.bias as tf.Tensor), columns(slope!).map(oracle.sum));
    expectClose(bits(gradients.value), oracle.flat(oracle.dense(slope!, columns(weight))));
  });

  test('a classifier is a linear layer whose last axis is the class', () => {
    const vectors = shape(['batch', 'feature'], [6, 7]);
    const { output, params, shape: declared } = run<Dense>(classifier(3), vectors, tf.reshape(x, [6, 7]));
    expectClose(bits(output), oracle.flat(oracle.dense(rows, params.weight, params.bias)));
    expect(declared).toEqual(shape(['batch', 'class'], [6, 3]));
  });

  test('rejects other axes and zero units', () => {
    const images = shape(['batch', 'row', 'column', 'channel'], [1, 2, 2, 3]);
    expect(left(linear(4).init(images)).message).toMatch(/expected axes \[\.\.\., feature\], got .*channel 3/);
    for (const units of [0, -1, 1.5, Number.NaN]) expect(left(linear(units).init(tokens))._tag).toBe('ShapeError');
    expect(left(classifier(0).init(shape(['batch', 'feature'], [1, 3])))._tag).toBe('ShapeError');
    expect(left(classifier(3).init(tokens)).expected).toContain('batch');
  });
});

describe('layerNorm', () => {
  test.each([1e-6, 1e-3, 0.5])('normalizes the last axis with the biased variance and ε = %d', (epsilon) => {
    type Norm = { readonly scale: oracle.Vector; readonly offset: oracle.Vector };
    const { output, params } = run<Norm>(layerNorm({ epsilon }));
    expectClose(bits(output), oracle.flat(oracle.layerNorm(rows, params.scale, params.offset, epsilon)));
  });

  test('has ε = 1e-6 by default, as nearly equal features show', () => {
    const almost = shape(['batch', 'feature'], [1, 2]);
    const params = { scale: tf.ones([2]), offset: tf.zeros([2]) } as unknown as LayerNormParams;
    const y = layerNorm().apply(params, tf.tensor2d([[-1e-3, 1e-3]]), evaluation);
    expectClose(bits(y), [-1 / Math.sqrt(2), 1 / Math.sqrt(2)]);
    expect(bits(layerNorm().apply(params, tf.tensor2d([[3, 3]]), evaluation))).toEqual([0, 0]);
    expect(left(layerNorm({ epsilon: 0 }).init(almost)).expected).toContain('epsilon');
  });

  test('stays accurate when the mean is far from zero', () => {
    const params = { scale: tf.ones([4]), offset: tf.zeros([4]) } as unknown as LayerNormParams;
    const row = [4096, 4097, 4098, 4100];
    const y = layerNorm().apply(params, tf.tensor2d([row]), evaluation);
    expectClose(bits(y), oracle.flat(oracle.layerNorm([row], [1, 1, 1, 1], [0, 0, 0, 0], 1e-6)));
  });
});

describe('gelu', () => {
  const points = oracle.range(241).map((i) => (i - 120) / 15);

  test('the reference matches published values of erf', () => {
    // Abramowitz and Stegun, table 7.1
    expect(oracle.erf(0.5)).toBeCloseTo(0.5204998778, 10);
    expect(oracle.erf(2)).toBeCloseTo(0.995322265, 9);
    expect(1 - oracle.erf(3)).toBeCloseTo(2.209049699858544e-5, 14);
  });

  test('is x Φ(x), exact to the precision of tfjs’s erf', () => {
    const y = bits(gelu.apply({}, tf.tensor1d(points), evaluation));
    for (const [i, point] of points.entries())
      expect(Math.abs(y[i]! - oracle.gelu(point))).toBeLessThan(1e-6 * (1 + Math.abs(point)));
  });

  test('has the derivative Φ(x) + x φ(x)', () => {
    const { gradients } = valueAndGrad((p: { x: tf.Tensor }) => ({
      loss: tf.sum(gelu.apply({}, p.x, evaluation)),
      aux: {},
    }))({ x: tf.tensor1d(points) });
    const slope = bits(gradients.x);
    points.forEach((point, i) => {
      const phi = Math.exp((-point * point) / 2) / Math.sqrt(2 * Math.PI);
      expect(Math.abs(slope[i]! - ((1 + oracle.erf(point / Math.SQRT2)) / 2 + point * phi))).toBeLessThan(1e-6);
    });
  });
});

describe('mlp', () => {
  test.each([true, false])('is linear layers with GELU between them; activateLast: %s', (activateLast) => {
    type Layers = readonly { readonly dense: Dense }[];
    const { output, params, shape: declared } = run<Layers>(mlp([5, 4], { activateLast }));
    const layers = params.map((stage) => stage.dense);
    expectClose(bits(output), oracle.flat(oracle.mlp(rows, layers, activateLast)));
    expect(declared.sizes).toEqual([2, 3, 4]);
    // GELU is never below −0.17.
    expect(Math.min(...bits(output)) < -0.17).toBe(!activateLast);
  });

  test('ends with a linear layer by default, and is the identity without layers', () => {
    expect(bits(run(mlp([5, 4])).output)).toEqual(bits(run(mlp([5, 4], { activateLast: false })).output));
    expect(bits(run(mlp([])).output)).toEqual(bits(x));
  });

  test('applies dropout after each activation, but not after a linear last layer', () => {
    const drawsOf = (activateLast: boolean) =>
      build(mlp([5, 4, 3], { dropRate: 0.5, activateLast }), tokens).declaration.draws.map(([name]) => name);
    expect(drawsOf(true)).toEqual(['0', '1', '2']);
    expect(drawsOf(false)).toEqual(['0', '1']);
    expect(left(mlp([5, 4], { dropRate: 1 }).init(tokens)).path).toEqual(['0']);
  });
});

describe('dropout', () => {
  const ones = tf.ones([40, 50, 20]);
  const context = training(key(8));

  test('zeroes at its rate and scales the others up by 1 / (1 − rate)', () => {
    const y = bits(dropout(0.2).apply({}, ones, context));
    expect(new Set(y)).toEqual(new Set([0, 1.25]));
    expect(y.filter((value) => value === 0).length / y.length).toBeCloseTo(0.2, 1);
    expect(oracle.mean(y)).toBeCloseTo(1, 1);
  });

  test('drops a residual branch for whole images', () => {
    const y = dropPath(0.25).apply({}, tf.ones([400, 3, 2]), context);
    const images = oracle.range(400).map((i) => new Set(bits(y).slice(6 * i, 6 * i + 6)));
    expect(images.every((values) => values.size === 1)).toBe(true);
    const kept = images.filter((values) => !values.has(0));
    expect([...kept[0]!][0]).toBeCloseTo(4 / 3, 6);
    expect(Math.abs(kept.length / 400 - 0.75)).toBeLessThan(0.1);
  });

  test('does nothing in evaluation and at rate 0', () => {
    for (const layer of [dropout, dropPath]) {
      expect(layer(0.5).apply({}, ones, evaluation)).toBe(ones);
      expect(layer(0).apply({}, ones, context)).toBe(ones);
      for (const rate of [1, -0.1, Number.NaN]) expect(left(layer(rate).init(tokens))._tag).toBe('ShapeError');
    }
  });

  test('takes parameters of the exported type', () => {
    const params: LinearParams = { weight: tf.eye(7), bias: tf.zeros([7]) };
    expectClose(bits(linear(7).apply(params, x, evaluation)), bits(x));
  });
});
