/** The laws of random networks, composed of all layers and combinators. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { training } from '../../src/core/context.js';
import { type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { type Key, key } from '../../src/core/key.js';
import { entries, showPath } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import type { Engine } from '../../src/engine/engine.js';
import { crossEntropy } from '../../src/train/index.js';
import { noise } from '../core/harness.js';
import { right } from '../engine/engines.js';
import { engineTable } from '../support/engine-table.js';
import { type Network, parametersOf, randomNetwork } from '../support/random-network.js';

test('the networks contain every layer and combinator', () => {
  const texts = fc.sample(randomNetwork, 150).map(({ text }) => text);
  for (const name of [
    ...['patchTokens', 'shiftedPatchTokens', 'classToken', 'positionEmbedding', 'identity', 'gelu', 'dense', 'linear'],
    ...['layerNorm', 'dropout', 'dropPath', 'mlp', 'selfAttention', 'localityAttention', 'meanPool', 'classPool'],
    ...['flatten', 'classifier', 'residual', 'repeat', 'fanOut(add', 'fanOut(concatenate'],
  ])
    expect(texts.filter((text) => text.includes(name)).length, name).toBeGreaterThan(3);
  expect(new Set(texts).size).toBeGreaterThan(140);
});

interface Given {
  readonly params: unknown;
  readonly images: tf.Tensor;
  readonly truth: tf.Tensor1D;
}

/** The loss in training, and its gradients with respect to every parameter and to the images, by path. */
const differentiated = async (engine: Engine, network: Network) => {
  const { layer, input, classes } = network;
  const labels = Array.from({ length: input.sizes[0]! }, (_, i) => i % classes);
  const f = ({ truth, ...given }: Given, stepKey: Key) => {
    const { loss, gradients } = valueAndGrad(({ params, images }: Omit<Given, 'truth'>) => ({
      // Smoothed, since the gradient of a confident and correct softmax is a difference of nearly equal numbers.
      loss: tf.mean(
        crossEntropy(layer.apply(params as never, images, training(stepKey)), truth, { labelSmoothing: 0.2 }),
      ),
      aux: {},
    }))(given);
    return { loss, gradients };
  };
  const hosts = {
    params: parametersOf(network),
    images: noise(21, input.sizes),
    truth: int32([labels.length], labels),
  };
  const args = engine.fromHost(hosts) as never;
  const result = await right(engine.compile(f)(args, key(5)));
  const onHost = await right(engine.toHost(result));
  engine.dispose([args, result]);
  return entries<HostTensor>(onHost).map(([path, leaf]) => [showPath(path), leaf] as const);
};

test('all engines agree on the loss and on the gradient of every parameter and of the images', async () => {
  const [reference, ...others] = await Promise.all(engineTable.map(([, make]) => right(make)));
  await fc.assert(
    fc.asyncProperty(randomNetwork, async (network) => {
      const expected = await differentiated(reference!, network);
      const size = (data: ArrayLike<number>): number => Math.max(...Array.from(data, Math.abs));
      const scale = Math.max(...expected.map(([, { data }]) => size(data)));
      for (const engine of others) {
        const got = await differentiated(engine, network);
        expect(got.map(([path, { shape }]) => [path, shape])).toEqual(
          expected.map(([path, { shape }]) => [path, shape]),
        );
        expected.forEach(([path, { data }], i) => {
          const off = size(data.map((value, j) => value - got[i]![1].data[j]!) as Float32Array);
          // Written so that a NaN on one side fails.
          expect(
            off <= 2e-5 * (size(data) + 0.1 * scale),
            `${path} on ${engine.name}: off by ${off} of ${size(data)}`,
          ).toBe(true);
        });
      }
    }),
    { numRuns: 25 },
  );
});
