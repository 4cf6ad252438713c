import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/core/axes.js';
import { evaluation, training } from '../../src/core/context.js';
import { initialize, type ParameterSpec } from '../../src/core/declaration.js';
import { drawOnHost } from '../../src/core/draws.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { entries, leaves, map } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { layerTable } from '../support/layer-table.js';

const declared = (layer: AnyLayer, input: Shape) => {
  const declaration = layer.init(input);
  if (E.isLeft(declaration)) throw new Error(declaration.left.message);
  return declaration.right;
};

/** Whether training computes with the batch, and evaluation with what was seen before. */
const hasState = (layer: AnyLayer, input: Shape): boolean =>
  leaves<ParameterSpec>(declared(layer, input).params).some(({ learned }) => learned === false);

const toTensor = ({ data, shape, dtype }: HostTensor): tf.Tensor => tf.tensor(data, [...shape], dtype);

// Perturbed, so that a forgotten offset or a scale of 1 is noticed.
const nudged = (params: unknown): unknown => {
  let seed = 100;
  return map<HostTensor, HostTensor>((leaf) => {
    const noise = drawOnHost(key(seed++), { kind: 'normal' }, leaf.shape).data;
    return { ...leaf, data: Float32Array.from(leaf.data, (value, i) => value + 0.3 * noise[i]!) };
  })(params);
};

const setUp = (layer: AnyLayer, input: Shape) => {
  const declaration = declared(layer, input);
  const host = nudged(initialize(key(1))(declaration.params));
  const x = toTensor(drawOnHost(key(2), { kind: 'normal' }, input.sizes));
  return { declaration, host, params: map<HostTensor, tf.Tensor>(toTensor)(host), x };
};

describe.each(layerTable)('%s', (_, layer, input) => {
  test('has the output that it declares', () => {
    const { declaration, params, x } = setUp(layer, input);
    for (const context of [evaluation, training(key(3))]) {
      expect(layer.apply(params, x, context).shape).toEqual(declaration.output.sizes);
    }
    expect(declaration.output.axes).toHaveLength(declaration.output.sizes.length);
  });

  test('gives the same bits for the same key, and draws nothing in evaluation', () => {
    const { declaration, params, x } = setUp(layer, input);
    const bits = (context: Parameters<AnyLayer['apply']>[2]) => layer.apply(params, x, context).dataSync();
    expect(bits(training(key(3)))).toEqual(bits(training(key(3))));
    if (declaration.draws.length > 0) {
      expect(bits(training(key(3)))).not.toEqual(bits(training(key(4))));
    } else if (!hasState(layer, input)) {
      expect(bits(training(key(3)))).toEqual(bits(evaluation));
    }
  });

  test('does not change its input and parameters, and leaks no tensors', () => {
    const { params, x } = setUp(layer, input);
    const all = [x, ...leaves<tf.Tensor>(params)];
    const before = all.map((tensor) => tensor.dataSync().slice());
    const count = tf.memory().numTensors;
    tf.tidy(() => {
      const result = valueAndGrad((p: unknown) => ({
        loss: tf.sum(tf.square(layer.apply(p, x, training(key(3))))),
        aux: {},
      }))(params);
      tf.dispose(result as never);
    });
    expect(tf.memory().numTensors).toBe(count);
    expect(all.map((tensor) => tensor.dataSync())).toEqual(before);
  });
});

// Layers without draws and state compute the same as in evaluation: references.test.ts has their gradients in full precision.
const drawing = layerTable.filter(
  ([, layer, input]) => declared(layer, input).draws.length > 0 || hasState(layer, input),
);

describe.each(drawing)('%s', (_, layer, input) => {
  test('its training gradients for parameters and input agree with finite differences', () => {
    const { host, x } = setUp(layer, input);
    const context = training(key(3));
    const weights = tf.tensor(drawOnHost(key(5), { kind: 'normal' }, declared(layer, input).output.sizes).data, [
      ...declared(layer, input).output.sizes,
    ]);
    type All = { readonly params: unknown; readonly x: tf.Tensor };
    const loss = (all: All): tf.Tensor => tf.sum(tf.mul(layer.apply(all.params, all.x, context), weights));
    const hosts = { params: host, x: { dtype: 'float32', shape: input.sizes, data: x.dataSync() as Float32Array } };
    const tensors = map<HostTensor, tf.Tensor>(toTensor)(hosts) as unknown as All;
    const { gradients } = valueAndGrad((all: All) => ({ loss: loss(all), aux: {} }))(tensors);
    const values = leaves<tf.Tensor>(gradients);
    entries<HostTensor>(hosts).forEach(([path], leaf) => {
      const gradient = values[leaf]!.dataSync();
      const largest = Math.max(...gradient.map(Math.abs), 0.05);
      const step = 2e-2;
      for (const element of [0, Math.floor(gradient.length / 2), gradient.length - 1]) {
        const at = (offset: number): number => {
          let seen = 0;
          const moved = map<HostTensor, tf.Tensor>((host_) => {
            if (seen++ !== leaf) return toTensor(host_);
            const data = Float32Array.from(host_.data);
            data[element]! += offset;
            return tf.tensor(data, [...host_.shape]);
          })(hosts);
          return loss(moved as unknown as All).dataSync()[0]!;
        };
        // Richardson: the error of the central difference falls with the fourth power of the step.
        const central = (h: number): number => (at(h) - at(-h)) / (2 * h);
        const expected = (4 * central(step / 2) - central(step)) / 3;
        expect(Math.abs(gradient[element]! - expected), `${path.join('/')}[${element}]`).toBeLessThan(
          2e-3 * largest + 2e-4,
        );
      }
    });
  });
});
