import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { tfjsKernels } from '../../../src/engine/compiler/trace/tfjs-kernels/index.js';
import type { Engine } from '../../../src/engine/engine.js';
import { composites } from '../../../src/engine/tfjs/composites.js';
import { engines, expectSame, through } from '../engines.js';
import { compute, hostOf } from './run-case.js';
import { type KernelCase, kernelCases } from './tfjs-kernel-cases/index.js';

let reference: Engine;
let compiled: Engine;
beforeAll(async () => {
  ({ reference, compiled } = await engines());
});

test('every supported kernel has a case', () => {
  expect(Object.keys(kernelCases).sort()).toEqual(Object.keys({ ...tfjsKernels, ...composites }).sort());
});

describe.each(Object.entries(kernelCases))('%s', (_, cases) => {
  test.each(cases.map((each, i) => [i, each] as const))('case %i: jit computes what tfjs does', async (_, each) => {
    const args = { inputs: each.inputs.map(hostOf) };
    const expected = await through(reference, compute(each), args);
    expectSame(await through(compiled, compute(each), args), expected, { relative: 1e-5, absolute: 2e-6 });
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
    // tfjs broadcasts with Tile, and computes a log softmax from other kernels.
    if (name !== 'BroadcastTo' && name !== 'LogSoftmax') expect(kernelNames, name).toContain(name);
  }
});

test('binary operations broadcast as in tfjs, values and gradients', async () => {
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
      const expected = await through(reference, compute(each), args);
      expectSame(await through(compiled, compute(each), args), expected, { relative: 1e-5, absolute: 2e-6 });
    }),
    { numRuns: 40 },
  );
});
