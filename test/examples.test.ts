import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = async (...argv: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, ['--import', 'tsx', ...argv])).stdout;

test('a first model learns', async () => {
  const text = await run('examples/01-first-model.ts', '300');
  expect(text).toContain('473,994 parameters, 4.3 M multiply-accumulates per image');
  const losses = [...text.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(3);
  expect(losses[2]!).toBeLessThan(losses[0]! - 0.5);
  expect(text).toMatch(/test accuracy [\d.]+ % on 2000 images/);
});

test('a block of your own trains, and the temperature moves', async () => {
  const text = await run('examples/02-a-block-of-your-own.ts', '300', '2');
  expect(text).toContain('near/mixer');
  expect(text).toMatch(/epoch 2: validation accuracy [\d.]+ %/);
  expect(text).toMatch(/learned temperature: (3\.\d+|4\.(?!000)\d+), from 4/);
});

test('a loop of your own learns', async () => {
  const text = await run('examples/03-a-loop-of-your-own.ts', '300', '2');
  const losses = [...text.matchAll(/mean loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(2);
  expect(losses[1]!).toBeLessThan(losses[0]!);
});

test('a convolutional tokenizer is compared with patches', async () => {
  const text = await run('examples/04-convolutional-tokenizer.ts', '192', '1', '1');
  expect(text).toContain('1,041,802 parameters, 13.0 M multiply-accumulates');
  expect(text).toContain('1,078,154 parameters, 20.6 M multiply-accumulates');
  expect(text).toMatch(/seed 1: patches [\d.]+ %, convolutions [\d.]+ %\nconvolutions gain -?[\d.]+ points/);
});

test('the example of the README prints what its comment says', async () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))!;
  const [, promised] = /\/\/ (.*)\n$/.exec(code!)!;
  // Inside the checkout, where the name 'vitrail' resolves to this library.
  const folder = join('test', '.generated');
  mkdirSync(folder, { recursive: true });
  try {
    const file = join(folder, 'readme.ts');
    writeFileSync(file, code!);
    expect((await run(file)).trim()).toBe(promised);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
