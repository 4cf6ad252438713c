/** One side of against.ts: runs as many steps as each line of its input says, and prints the milliseconds per image. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [tree, preset, batch] = process.argv.slice(2);
const from = (file) => import(pathToFileURL(resolve(tree, file)).href);
const { orThrow } = await from('src/core/index.js');
const { jit } = await from('src/engine/index.js');
const { stepper } = await from('bench/training.js');

const step = stepper(await orThrow(jit({ threads: 2 })), { preset, batch: Number(batch), dropout: true });
const WARM_UP = 3;
for (let i = 0; i < WARM_UP; i++) await step();
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const began = performance.now();
  for (let i = 0; i < Number(line); i++) await step();
  console.log((performance.now() - began) / Number(line) / Number(batch));
}
