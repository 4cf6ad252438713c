import { expect, test } from 'vitest';
import type { OpenRequest, Request } from '../../../src/engine/onnxruntime/workers/messages.js';
import { startWorkerPool } from '../../../src/engine/onnxruntime/workers/worker-pool.js';

const run = (program: number): Request => ({ kind: 'run', program, args: [], draws: [] });

test('requests that do not wait for one another get their own responses', async () => {
  const { request } = await startWorkerPool(1);
  const open: OpenRequest = {
    kind: 'open',
    program: 1,
    models: [],
    rounds: [{ model: 0, first: 0 }],
    results: [],
    products: [],
    kernels: [],
  };
  // What opens takes longer than what is refused at once.
  const responses = await Promise.allSettled([[open], [run(2)], [run(3)]].map(request));
  expect(responses.map((response) => response.status === 'rejected' && String(response.reason))).toEqual([
    expect.stringContaining('position 0 of 0'),
    'Error: a worker thread has no program 2',
    'Error: a worker thread has no program 3',
  ]);
});
