import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { float32 } from '../../../src/core/host-tensor.js';
import { key } from '../../../src/core/key.js';
import { chooseEngine } from '../../../src/engine/choose.js';
import { expectError, right, through } from '../engines.js';

afterEach(() => vi.restoreAllMocks());

test.each(['eager', 'eager:tfjs-node'] as const)(
  '%s chooses tfjs-node without a warning, and works',
  async (requested) => {
    const warnings = vi.spyOn(console, 'warn');
    const { engine, reason } = await right(chooseEngine(requested));
    expect(reason).toMatch(/^eager \(tensorflow\): @tensorflow\/tfjs-node, as /);
    expect(tf.getBackend()).toBe('cpu');
    const product = ({ x }: { readonly x: tf.Tensor2D }) => tf.matMul(x, x);
    expect(await through(engine, product, { x: float32([2, 2], [1, 2, 3, 4]) }, key(1))).toEqual([
      float32([2, 2], [7, 10, 15, 22]),
    ]);
    // A warning about kernels that are registered twice would mean that a package without its native library was tried.
    expect(warnings).not.toHaveBeenCalled();
  },
);

test('tfjs-node uses the tfjs of this project', () => {
  expect(tf.engine().findBackend('tensorflow')).toHaveProperty(
    'binding.TF_Version',
    expect.stringMatching(/^\d+\.\d+\.\d+/),
  );
});

test('requesting a GPU on a machine without one is an error', async () => {
  await expectError(chooseEngine('eager:tfjs-node-gpu'), 'unavailable', /no GPU is available/);
});
