import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { float32 } from '../../src/core/host-tensor.js';
import { type ChosenEngine, chooseEngine, type EngineName } from '../../src/engine/choose.js';
import { eager } from '../../src/engine/eager/eager.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { type Load, type NativePackage, restoreUtilFunctions } from '../../src/engine/tfjs/find-native-tfjs.js';
import { nvidiaGpus } from '../../src/engine/tfjs/nvidia-gpus.js';
import { expectError, right } from './engines.js';

// Hides the copy that `setup:tfjs-node` built: without an injected loader, only packages from npm are found.
const cache = mkdtempSync(join(tmpdir(), 'vitrail-choose-'));
beforeAll(() => vi.stubEnv('VITRAIL_CACHE', cache));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

const notInstalled: Load = (name) => TE.left(`${name} is not installed`);

// Does what the native packages do when they are loaded: registers a backend and makes it the current one.
const registering =
  (gpu: boolean, only: NativePackage = '@tensorflow/tfjs-node-gpu'): Load =>
  (name) => {
    if (name !== only) return notInstalled(name);
    return TE.fromTask(async () => {
      const own = { isUsingGpuDevice: gpu, isGPUPackage: name.endsWith('gpu'), dispose: () => {} };
      tf.registerBackend('tensorflow', () => Object.assign(new tf.KernelBackend(), own), 3);
      await tf.setBackend('tensorflow');
    });
  };

afterEach(async () => {
  await tf.setBackend('cpu');
  if (tf.engine().backendNames().includes('tensorflow')) tf.removeBackend('tensorflow');
});

const computes = async ({ engine }: ChosenEngine): Promise<void> => {
  const double = engine.compile(({ x }: { readonly x: tf.Tensor }) => tf.mul(x, 2));
  const doubled = await right(double(engine.fromHost({ x: float32([2], [1, 2]) })));
  expect(await right(engine.toHost(doubled))).toEqual(float32([2], [2, 4]));
};

test('auto without a native library uses jit, in spite of the failing import, and says why', async () => {
  const choice = await right(chooseEngine('auto', { threads: 2 }));
  expect(choice.reason).toBe(
    'jit (ONNX Runtime 1.30.0, 2 threads): no GPU in use, since @tensorflow/tfjs-node-gpu is installed without its native part (npm skipped its download); see docs/engines.md',
  );
  await computes(choice);
});

test.each([
  ['auto', notInstalled, /^jit .*: no GPU in use, since @tensorflow\/tfjs-node-gpu is not installed; see/],
  ['auto', registering(false), /^jit .*: no GPU in use, since @tensorflow\/tfjs-node-gpu loads but finds no GPU/],
  ['auto', registering(true), /^eager \(tensorflow\): @tensorflow\/tfjs-node-gpu found a GPU/],
  ['eager', registering(true), /^eager \(tensorflow\): @tensorflow\/tfjs-node-gpu found a GPU/],
  ['eager:tfjs-node-gpu', registering(true), /^eager \(tensorflow\): @tensorflow\/tfjs-node-gpu found a GPU/],
  ['eager', registering(false), /^eager \(tensorflow\): .*-gpu loads but finds no GPU and runs on the CPU$/],
  [
    'eager:tfjs-node',
    registering(false, '@tensorflow/tfjs-node'),
    /^eager \(tensorflow\): @tensorflow\/tfjs-node, as requested$/,
  ],
  [
    'eager',
    registering(false, '@tensorflow/tfjs-node'),
    /^eager \(tensorflow\): @tensorflow\/tfjs-node, as .*-gpu is not installed$/,
  ],
  [
    'eager',
    notInstalled,
    /^eager \(cpu\): plain JavaScript and slow, as .*-gpu is not installed and .* is not installed/,
  ],
  ['jit', notInstalled, /^jit \(ONNX Runtime 1\.30\.0, 1 thread\): as requested$/],
  ['eager:cpu', notInstalled, /^eager \(cpu\): as requested$/],
] as const)('%s chooses among the packages that load (%#)', async (requested, load, reason) => {
  expect((await right(chooseEngine(requested, { load, threads: 1 }))).reason).toMatch(reason);
  expect(tf.getBackend()).toBe('cpu');
});

test('eager works on the backend that is always available', async () => {
  await computes(await right(chooseEngine('eager', { load: notInstalled })));
});

test('the error for an unknown backend lists the registered ones', async () => {
  await expectError(chooseEngine('eager:abacus'), 'unavailable', /'abacus' is not registered; registered are .*cpu/);
});

test('the error for an unknown engine lists the known ones', async () => {
  await expectError(
    chooseEngine('magic' as EngineName),
    'unavailable',
    /'magic': use one of auto, jit, eager, eager:<backend>, jit:tfjs-node or jit:tfjs-node-gpu/,
  );
});

test.each([
  ['eager:tfjs-node-gpu', registering(false), /no GPU is available: .*-gpu loads but finds no GPU; see docs/],
  ['eager:tfjs-node-gpu', notInstalled, /no GPU is available: .*-gpu is not installed; see docs/],
  ['eager:tfjs-node', registering(true), /^@tensorflow\/tfjs-node is not installed; see docs/],
] as const)('%s is an error if it is unavailable, never something slower (%#)', async (requested, load, message) => {
  await expectError(chooseEngine(requested, { load }), 'unavailable', message);
  expect(tf.getBackend()).toBe('cpu');
});

test('a process can load one of the two native packages, and the error says which it has', async () => {
  await right(chooseEngine('eager:tfjs-node-gpu', { load: registering(true) }));
  await expectError(
    chooseEngine('eager:tfjs-node', { load: registering(false, '@tensorflow/tfjs-node') }),
    'unavailable',
    /tfjs-node cannot be loaded into a process that has loaded @tensorflow\/tfjs-node-gpu/,
  );
});

test.each([
  [{}, undefined, 'true'],
  [{}, 'false', 'false'],
  [{ gpuMemory: 'all' }, undefined, 'false'],
  [{ gpuMemory: 'grow' }, 'false', 'true'],
] as const)('GPU memory: the option, else the environment, else it grows (%#)', async (options, before, during) => {
  vi.stubEnv('TF_FORCE_GPU_ALLOW_GROWTH', before);
  let seen: string | undefined;
  const load: Load = (name) => {
    seen = process.env.TF_FORCE_GPU_ALLOW_GROWTH;
    return notInstalled(name);
  };
  await right(chooseEngine('auto', { load, threads: 1, ...options }));
  expect(seen).toBe(during);
});

test('the error for a broken copy of tfjs-node says what is wrong', async () => {
  const folder = join(cache, 'tfjs-node');
  mkdirSync(folder);
  writeFileSync(join(folder, 'installed.json'), '{}');
  writeFileSync(join(folder, 'index.js'), "module.exports = () => { throw new Error('libtensorflow is gone'); };");
  await expectError(
    chooseEngine('eager:tfjs-node'),
    'unavailable',
    /^@tensorflow\/tfjs-node does not load \(libtensorflow is gone\); see docs/,
  );
});

test('Node >= 23: the functions of util that tfjs-node needs are restored', async () => {
  const util = (await import('node:util')).default as unknown as Record<string, unknown>;
  const before = { isNullOrUndefined: util.isNullOrUndefined, isArray: util.isArray };
  try {
    delete util.isNullOrUndefined;
    delete util.isArray;
    await restoreUtilFunctions();
    expect((util.isNullOrUndefined as (value: unknown) => boolean)(null)).toBe(true);
    expect((util.isArray as (value: unknown) => boolean)([])).toBe(true);
  } finally {
    Object.assign(util, before);
  }
});

test('GPUs have the names that their driver lists', async () => {
  const driver = join(cache, 'gpus');
  for (const [slot, model] of [
    ['0000:02:00.0', 'NVIDIA B'],
    ['0000:01:00.0', 'NVIDIA A'],
  ] as const) {
    mkdirSync(join(driver, slot), { recursive: true });
    writeFileSync(join(driver, slot, 'information'), `Model: \t\t ${model}\nIRQ:   \t\t 42\n`);
  }
  expect(await nvidiaGpus(driver)).toEqual(['NVIDIA A', 'NVIDIA B']);
  expect(await nvidiaGpus(join(cache, 'none'))).toEqual([]);
});

test('threads: as many as requested, all cores by default, and one for eager', async () => {
  expect((await right(jit({ threads: 3 }))).threads).toBe(3);
  expect((await right(jit())).threads).toBe(availableParallelism());
  expect((await right(eager('cpu'))).threads).toBe(1);
});
