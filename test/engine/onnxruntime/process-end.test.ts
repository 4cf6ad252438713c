import { expect, test } from 'vitest';
import { printed, source } from '../../support/program.js';

/** Calls a function of a batch of images on an engine that divides every call that it can. */
const calling = (f: string): string => `
  import * as tf from '@tensorflow/tfjs-core';
  import { jit } from '${source('engine/onnxruntime/jit.ts')}';
  import { float32 } from '${source('core/host-tensor.ts')}';
  let workers = 0;
  process.on('worker', () => workers++);
  const { right: engine } = await jit({ threads: 2, dividedFrom: 0 })();
  const args = engine.fromHost({ x: float32([8, 4], new Float32Array(32)), w: float32([4, 4], new Float32Array(16)) });
  const result = await engine.compile(${f})(args)();
  console.log(result._tag, workers);
`;

test('a large call that cannot be divided starts no workers', async () => {
  const acrossImages = '({ x, w }) => { const y = tf.matMul(x, w); return tf.softmax(tf.matMul(y, y, false, true)); }';
  expect(await printed(calling(acrossImages))).toBe('Right 0');
}, 90_000);

test('workers do not keep a process alive after a call', async () => {
  expect(await printed(calling('({ x, w }) => tf.matMul(x, w)'))).toBe('Right 2');
}, 90_000);

test('workers that never get a request do not keep a process alive', async () => {
  const program = `
    import { startWorkerPool } from '${source('engine/onnxruntime/workers/worker-pool.ts')}';
    const pool = await startWorkerPool(2);
    pool.notify({ kind: 'forget', id: 0 });
    // Reachable until the end, since workers that are garbage collected are terminated.
    globalThis.pool = pool;
    console.log(pool.count);
  `;
  expect(await printed(program)).toBe('2');
}, 90_000);
