/** How much memory calls may need, and what happens if one needs more. */
import { totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gigabytes } from '../../../src/core/gigabytes.js';
import { filled, float32 } from '../../../src/core/host-tensor.js';
import { eager } from '../../../src/engine/eager/eager.js';
import { jit } from '../../../src/engine/onnxruntime/jit.js';
import { availableMemory, defaultBudget, requestedBudget } from '../../../src/engine/onnxruntime/memory-budget.js';
import { expectError, right } from '../engines.js';

test('by default, half of the memory and no more than 2.5 GB, so that most machines compute the same bits', () => {
  expect(defaultBudget(3e9)).toMatchObject({ target: 1.5e9, limit: 3e9 });
  expect(defaultBudget(16e9)).toMatchObject({ target: 2.5e9, limit: 16e9 });
  expect(defaultBudget(64e9).target).toBe(defaultBudget(8e9).target);
  expect(requestedBudget(6e9)).toMatchObject({ target: 6e9, limit: 6e9 });
});

test('the memory of this machine', async () => {
  const memory = await availableMemory();
  expect(memory).toBeGreaterThan(1e8);
  expect(memory).toBeLessThanOrEqual(totalmem());
});

test('gigabytes', () => {
  expect([2.5e9, 4e9, 2.36e9].map(gigabytes)).toEqual(['2.5 GB', '4 GB', '2.4 GB']);
});

test('the budget is part of what bits depend on', async () => {
  const engine = await right(jit({ threads: 3, memory: 4e9 }));
  expect(engine.description).toEqual({ name: engine.name, threads: 3, memory: 4e9 });
  expect((await right(eager('cpu'))).description).toEqual({ name: 'eager (cpu)', threads: 1 });
});

const square = ({ x }: { readonly x: tf.Tensor2D }) => tf.matMul(x, x, true);

test('what cannot fit is refused, with the estimate and what to do', async () => {
  const args = { x: filled([400, 500], 1) };
  const divided = await right(jit({ threads: 2, dividedFrom: 0, memory: 2e8 }));
  await expectError(
    divided.compile(square)(divided.fromHost(args) as never),
    'memory',
    /needs about 0\.5 GB, but the memory budget is 0\.2 GB.*rounds of one image.*fewer threads.*--memory/,
  );
  const whole = await right(jit({ threads: 1, dividedFrom: Number.MAX_SAFE_INTEGER, memory: 2e8 }));
  await expectError(
    whole.compile(square)(whole.fromHost(args) as never),
    'memory',
    /needs about 0\.3 GB, but the memory budget is 0\.2 GB.*smaller batch/,
  );
  await expectError(whole.expectedMemory(square, whole.fromHost(args) as never), 'memory', /0\.3 GB/);
  // The engine is as good as before.
  const roomy = await right(jit({ threads: 2, dividedFrom: 0, memory: 4e9 }));
  expect(await right(roomy.expectedMemory(square, roomy.fromHost(args) as never))).toMatchObject({ rounds: 1 });
});

test('expected memory grows with the arguments, and eager engines do not know it', async () => {
  const engine = await right(jit({ threads: 2 }));
  const expected = async (rows: number) =>
    (await right(engine.expectedMemory(square, engine.fromHost({ x: filled([rows, 500], 1) }) as never)))?.bytes ?? 0;
  expect((await expected(4000)) - (await expected(2000))).toBeGreaterThanOrEqual(2 * 2000 * 500 * 4);
  const reference = await right(eager('cpu'));
  expect(
    await right(reference.expectedMemory(square, reference.fromHost({ x: float32([1, 1], [1]) }) as never)),
  ).toBeUndefined();
});

test.each([0, -1, Number.NaN, 'much' as never])('a budget of %s is refused', async (memory) => {
  await expectError(jit({ memory }), 'memory', /expected memory to be a number of bytes above 0/);
});
