import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { drawOnHost } from '../../../src/core/draws.js';
import { valueAndGradients } from '../../../src/core/gradients.js';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { fold, key } from '../../../src/core/key.js';
import type { Engine } from '../../../src/engine/engine.js';
import { kernels } from '../../../src/engine/jit/trace/kernels/kernels.js';
import { engines, expectSame, through } from '../engines.js';
import { type Argument, type KernelCase, kernelCases } from './kernel-cases.js';

const hostOf = ({ shape, dtype = 'float32', from = -2, to = 2 }: Argument, i: number): HostTensor => {
  const seed = fold(key(7), i);
  if (dtype === 'bool') return drawOnHost(seed, { kind: 'bernoulli', probability: 0.5 }, shape);
  const { data } = drawOnHost(seed, { kind: 'uniform' }, shape);
  const scaled = Float32Array.from(data, (u) => from + u * (to - from));
  return dtype === 'int32'
    ? { dtype, shape, data: Int32Array.from(scaled, Math.floor) }
    : { dtype, shape, data: scaled };
};

// A different weight for each element, so that no two parts of a gradient can be swapped unseen.
const weighed = (x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(x, tf.reshape(tf.linspace(-1, 2, x.size), x.shape)));

const compute =
  ({ compute, gradient }: KernelCase) =>
  ({ inputs }: { readonly inputs: readonly tf.Tensor[] }) => {
    const outputs = () => [compute(...inputs)].flat();
    if (!gradient) return { outputs: outputs() };
    const { gradients } = valueAndGradients((params: readonly tf.Tensor[]) => ({
      loss: tf.addN([compute(...params)].flat().map(weighed)),
      aux: {},
    }))(inputs);
    return { outputs: outputs(), gradients };
  };

let reference: Engine;
let compiled: Engine;
beforeAll(async () => {
  ({ reference, compiled } = await engines());
});

test('every kernel of the table has a case', () => {
  expect(Object.keys(kernelCases).sort()).toEqual(Object.keys(kernels).sort());
});

describe.each(Object.entries(kernelCases))('%s', (_, cases) => {
  test.each(cases.map((each, i) => [i, each] as const))('case %i: jit answers what tfjs does', async (_, each) => {
    const args = { inputs: each.inputs.map(hostOf) };
    const wanted = await through(reference, compute(each), args);
    expectSame(await through(compiled, compute(each), args), wanted, { relative: 1e-5, absolute: 2e-6 });
  });
});

test('a case runs the kernel that it is listed under', async () => {
  expect(tf.getBackend()).toBe('cpu');
  for (const [name, cases] of Object.entries(kernelCases)) {
    const { kernelNames } = await tf.profile(() => {
      for (const each of cases) {
        const inputs = each.inputs.map((argument, i) => {
          const { data, shape, dtype } = hostOf(argument, i);
          return tf.tensor(data, [...shape], dtype);
        });
        compute(each)({ inputs });
      }
      return tf.scalar(0);
    });
    // tfjs broadcasts with Tile, and takes the logarithm of a softmax apart.
    if (name !== 'BroadcastTo' && name !== 'LogSoftmax') expect(kernelNames, name).toContain(name);
  }
});

test('binary operations broadcast as tfjs does, values and gradients', async () => {
  const dimension = fc.integer({ min: 1, max: 3 });
  const shapes = fc
    .array(fc.tuple(dimension, fc.boolean(), fc.boolean()), { minLength: 0, maxLength: 4 })
    .chain((axes) =>
      fc.tuple(
        fc.constant(axes.map(([size, one]) => (one ? 1 : size))),
        fc.integer({ min: 0, max: axes.length }).map((cut) => axes.slice(cut).map(([size, , one]) => (one ? 1 : size))),
      ),
    );
  const operations = fc.constantFrom(tf.add, tf.sub, tf.mul);
  await fc.assert(
    fc.asyncProperty(shapes, operations, async ([a, b], operation) => {
      const each: KernelCase = { inputs: [{ shape: a }, { shape: b }], compute: operation, gradient: true };
      const args = { inputs: each.inputs.map(hostOf) };
      const wanted = await through(reference, compute(each), args);
      expectSame(await through(compiled, compute(each), args), wanted, { relative: 1e-5, absolute: 2e-6 });
    }),
    { numRuns: 40 },
  );
});
