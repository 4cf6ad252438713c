/** Much at once, and much in a row, in one process: the same bits as alone, and nothing left. */
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startWorker } from '../../src/node/start-worker.js';
import { collected } from '../support/collected.js';
import { printed } from '../support/program.js';
import { dividing, predict, train } from './work.js';

const SEEDS = [1, 2] as const;

const alone = (async () => {
  const trained = [];
  for (const seed of SEEDS) trained.push(await train(await dividing(), seed));
  const [{ checkpoint }] = trained as [(typeof trained)[0]];
  const predicted = await predict(await dividing(), checkpoint);
  return { checkpoint, predicted, bits: trained.map(({ bits }) => bits) };
})();

describe('two trainings and a prediction at once', () => {
  test.each([
    ['on engines of their own', () => Promise.all([dividing(), dividing(), dividing()])],
    ['on one engine', () => dividing().then((engine) => [engine, engine, engine] as const)],
  ])('%s', async (_, engines) => {
    const { checkpoint, predicted, bits } = await alone;
    await collected();
    const before = memory().numTensors;
    const [one, other, third] = await engines();
    const [first, second, ...predictions] = await Promise.all([
      train(one, SEEDS[0]),
      train(other, SEEDS[1]),
      predict(third, checkpoint),
      predict(third, checkpoint),
    ]);
    expect([first.bits, second.bits]).toEqual(bits);
    expect(predictions).toEqual([predicted, predicted]);
    expect(memory().numTensors).toBe(before);
  });
});

test('worker threads of the user train at once, each with worker threads of its own, and end by themselves', async () => {
  const trained = await Promise.all(
    SEEDS.map(async (seed) => {
      const worker = await startWorker(new URL('./train-worker.js', import.meta.url), seed);
      return new Promise<readonly unknown[]>((resolve, reject) => {
        const messages: unknown[] = [];
        worker.on('message', (message) => messages.push(message));
        worker.on('error', reject);
        worker.on('exit', (code) => resolve([...messages, code]));
      });
    }),
  );
  expect(trained).toEqual((await alone).bits.map((bits) => [bits, 0]));
});

const tenEngines = `
  import { existsSync, readdirSync } from 'node:fs';
  import { setImmediate as turn } from 'node:timers/promises';
  import { memory } from '@tensorflow/tfjs-core';
  import { dividing, multiply } from '${new URL('./work.ts', import.meta.url).href}';
  let alive = 0;
  process.on('worker', (worker) => {
    alive += 1;
    worker.on('exit', () => { alive -= 1; });
  });
  const files = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
  const use = async () => multiply(await dividing());
  // The system may close the files of a thread a little after its end.
  const settled = async (done) => {
    for (let i = 0; i < 200 && !done(); i++) {
      globalThis.gc();
      await turn();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const first = await use();
  let seen = -1;
  await settled(() => alive === 0 && seen === (seen = files()));
  const before = { tensors: memory().numTensors, files: files() };
  const bits = [];
  for (let i = 1; i < 10; i++) bits.push(await use());
  await settled(() => alive === 0 && files() <= before.files);
  console.log(JSON.stringify({
    same: bits.every((one) => one === first),
    workers: alive,
    tensors: memory().numTensors - before.tensors,
    files: Math.max(0, files() - before.files),
  }));
`;

test('ten engines, made and dropped, leave no threads, tensors or files, and the process ends', async () => {
  const left = JSON.parse(await printed(tenEngines, { flags: ['--expose-gc'] }));
  expect(left).toEqual({ same: true, workers: 0, tensors: 0, files: 0 });
}, 120_000);
