/** ONNX Runtime must not write into the user's folders, nor look for its maker's hosts. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printed, source } from '../../support/program.js';
import { temporaryFolder } from '../../support/tiny-run.js';

const LIBRARY = `
  import { jit } from '${source('engine/onnxruntime/jit.ts')}';
  import { float32 } from '${source('core/host-tensor.ts')}';
  import * as tf from '@tensorflow/tfjs-core';
`;
const RUNNING = `
  const { right: engine } = await jit({ threads: 1 })();
  const { _tag } = await engine.compile(({ x }) => tf.add(x, x))(engine.fromHost({ x: float32([1], [1]) }))();
`;

/** A program whose main thread waits for a worker thread that runs these lines. tsx has to be registered in each thread. */
const inWorker = (lines: string): string => `
  import { Worker } from 'node:worker_threads';
  const code = ${JSON.stringify(
    `import('tsx/esm/api').then(({ register }) => { register(); return import('data:text/javascript,' + encodeURIComponent(${JSON.stringify(lines)})); })`,
  )};
  await new Promise((resolve, reject) => new Worker(code, { eval: true }).on('error', reject).on('exit', resolve));
  console.log(process.env.ORT_DISABLE_TELEMETRY);
`;

const inMain = `${LIBRARY}${RUNNING}
  console.log(process.env.ORT_DISABLE_TELEMETRY);
`;

// Bare names are not found from a data: module.
const workerLines = `${LIBRARY}${RUNNING}`.replace(
  "'@tensorflow/tfjs-core'",
  `'${import.meta.resolve('@tensorflow/tfjs-core')}'`,
);

test.each([
  ['the main thread', inMain],
  ['a worker thread of the user', inWorker(workerLines)],
])('from %s: telemetry is off, and the home of the user stays empty', async (_, program) => {
  const home = temporaryFolder();
  const folders = { HOME: join(home, 'home'), TMPDIR: join(home, 'tmp'), XDG_CACHE_HOME: undefined };
  mkdirSync(folders.HOME);
  mkdirSync(folders.TMPDIR);
  expect(await printed(program, { environment: { ...folders, ORT_DISABLE_TELEMETRY: undefined } })).toBe('1');
  expect(readdirSync(home, { recursive: true }).sort()).toEqual(['home', 'tmp']);
});
