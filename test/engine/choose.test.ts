import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { float32 } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { type ChosenEngine, chooseEngine, type Wanted } from '../../src/engine/choose.js';
import type { Load } from '../../src/engine/internal/native-tfjs.js';
import { expectError, right } from './engines.js';

const notInstalled: Load = (name) =>
  Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }));

// What the native packages do when they are imported: register a backend and make it the current one.
const registering =
  (gpu: boolean, only = 'gpu'): Load =>
  async (name) => {
    if (!name.endsWith(only)) return notInstalled(name);
    const backend = Object.assign(new tf.KernelBackend(), { isUsingGpuDevice: gpu, dispose: () => {} });
    tf.registerBackend('tensorflow', () => backend, 3);
    await tf.setBackend('tensorflow');
    return {};
  };

afterEach(async () => {
  await tf.setBackend('cpu');
  if (tf.engine().backendNames().includes('tensorflow')) tf.removeBackend('tensorflow');
});

const computes = async ({ engine }: ChosenEngine): Promise<void> => {
  const double = engine.compile(({ x }: { readonly x: tf.Tensor }) => tf.mul(x, 2));
  const doubled = await right(double(engine.fromHost({ x: float32([2], [1, 2]) }), key(1)));
  expect(await right(engine.toHost(doubled))).toEqual(float32([2], [2, 4]));
};

test('auto without a native part compiles, in spite of the failing import, and says why', async () => {
  const choice = await right(chooseEngine('auto', { threads: 2 }));
  expect(choice.reason).toBe(
    'jit (ONNX Runtime 1.30.0, 2 threads): @tensorflow/tfjs-node-gpu is installed without its native part (npm skipped its download); see docs/engines.md',
  );
  await computes(choice);
});

test.each([
  ['auto', notInstalled, /^jit .*: @tensorflow\/tfjs-node-gpu is not installed; see/],
  ['auto', registering(false), /^jit .*: @tensorflow\/tfjs-node-gpu loads but finds no GPU/],
  ['auto', registering(true), /^eager \(tensorflow\): @tensorflow\/tfjs-node-gpu found a GPU$/],
  ['eager', registering(true), /^eager \(tensorflow\): @tensorflow\/tfjs-node-gpu found a GPU$/],
  ['eager', registering(false, 'node'), /^eager \(tensorflow\): @tensorflow\/tfjs-node, as .*-gpu is not installed$/],
  [
    'eager',
    notInstalled,
    /^eager \(cpu\): plain JavaScript and slow, as .*-gpu is not installed and .* is not installed/,
  ],
  ['jit', notInstalled, /^jit \(ONNX Runtime 1\.30\.0, 1 thread\): as wanted$/],
  ['eager:cpu', notInstalled, /^eager \(cpu\): as wanted$/],
] as const)('%s chooses by what loads (%#)', async (wanted, load, reason) => {
  expect((await right(chooseEngine(wanted, { load, threads: 1 }))).reason).toMatch(reason);
  expect(tf.getBackend()).toBe('cpu');
});

test('eager on the backend that is always there computes', async () => {
  await computes(await right(chooseEngine('eager', { load: notInstalled })));
});

test('an unknown backend names the registered ones', async () => {
  await expectError(chooseEngine('eager:abacus'), 'unavailable', /'abacus' is not registered; registered are .*cpu/);
});

test('an unknown engine names the known ones', async () => {
  await expectError(
    chooseEngine('magic' as Wanted),
    'unavailable',
    /'magic': choose auto, jit, eager or eager:<backend>/,
  );
});

test('Node >= 23: what tfjs-node needs of util is there before it is loaded', async () => {
  const util = (await import('node:util')).default as unknown as Record<string, unknown>;
  const before = { isNullOrUndefined: util.isNullOrUndefined, isArray: util.isArray };
  try {
    delete util.isNullOrUndefined;
    delete util.isArray;
    await right(chooseEngine('eager', { load: notInstalled }));
    expect((util.isNullOrUndefined as (value: unknown) => boolean)(null)).toBe(true);
    expect((util.isArray as (value: unknown) => boolean)([])).toBe(true);
  } finally {
    Object.assign(util, before);
  }
});
