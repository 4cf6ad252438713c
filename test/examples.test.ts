/** Every example runs at a smoke size, in this process: what takes a minute there takes a second here. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { format, promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';

const { argv } = process;
afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
});

/** What an example prints: each line of text, and each table as JSON. */
const printed = async (name: string, ...args: readonly string[]): Promise<string> => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...parts) => lines.push(format(...parts)));
  vi.spyOn(console, 'table').mockImplementation((table) => lines.push(JSON.stringify(table)));
  process.argv = ['node', name, ...args];
  await import(`../examples/${name}.ts`);
  return lines.join('\n');
};

/** The numbers of a column of the tables, in order. */
const column = (text: string, name: string): readonly number[] =>
  [...text.matchAll(new RegExp(`"${name}":"?(-?[\\d.]+(?:e-\\d+)?)`, 'g'))].map(([, number]) => Number(number));

/** Whether an example has just written this picture. */
const wrote = (name: string, since: number): boolean => {
  const file = join('examples', 'output', name);
  return existsSync(file) && statSync(file).mtimeMs >= since - 1000 && readFileSync(file).length > 500;
};

test('01: a first model learns', async () => {
  const text = await printed('01-first-model', '300', '3');
  const losses = column(text, 'loss');
  expect(losses).toHaveLength(3);
  expect(losses[2]!).toBeLessThan(losses[0]! - 0.3);
  expect(text).toMatch(/test accuracy [\d.]+ % on 2000 images/);
});

test('02: a layer by hand refuses, learns and is drawn', async () => {
  const start = Date.now();
  const text = await printed('02-a-layer-by-hand', '40');
  expect(text).toContain('2 parameters\nrefused: model: expected axes [batch, row, column, channel]');
  const errors = column(text, 'error');
  expect(errors).toHaveLength(5);
  expect(errors[4]!).toBeLessThan(errors[0]!);
  expect(wrote('02-contrast.png', start)).toBe(true);
});

test('03: a model of new and old layers trains, and its temperature moves', async () => {
  const text = await printed('03-composing', '300', '2');
  expect(text).toContain('tokens: expected images that patches of 4 × 4 pixels divide, got 30 × 30 pixels');
  expect(text).toContain('"path":"near","output":"batch 1, token 49, feature 48","parameters":23906');
  expect(column(text, 'validation accuracy')).toHaveLength(2);
  expect(text).toMatch(/learned temperature: (3\.\d+|4\.(?!000)\d+), from 4/);
  expect(text).toContain('49 × 49 and 49 × 49');
});

test('04: patches and shifts are drawn', async () => {
  const start = Date.now();
  const text = await printed('04-patches-and-shifts', '7', '2');
  expect(text).toContain('16 tokens of 245 numbers: 7 × 7 pixels of 5 views');
  expect(text).toContain('shifted, all');
  expect(wrote('04-patches.png', start)).toBe(true);
});

test('05: with the mask, a token does not attend to itself', async () => {
  const start = Date.now();
  const own = column(await printed('05-attention', '192', '1'), 'weight of itself');
  expect(own[0]!).toBeGreaterThan(0.01);
  expect(own[1]!).toBe(0);
  expect(wrote('05-attention.png', start)).toBe(true);
});

test('06: a loop of your own learns', async () => {
  const losses = column(await printed('06-the-pure-step', '192', '2'), 'mean loss');
  expect(losses).toHaveLength(2);
  expect(losses[1]!).toBeLessThan(losses[0]!);
});

test('07: a run is its key', async () => {
  const start = Date.now();
  const text = await printed('07-keys', '128');
  expect(text).toContain('two masks of one key agree in 100 % of their places');
  expect(text).toContain('tf.randomNormal draws a random number during tracing');
  const [first, again, other] = column(text, 'a weight');
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(wrote('07-keys.png', start)).toBe(true);
});

test('08: four variants are compared', async () => {
  const text = await printed('08-ablation', '128', '1');
  expect(column(text, 'parameters')).toEqual([1041802, 1041806, 1046058, 1046062]);
  expect(text).toMatch(/"model":"shifted, locality".*"gain in points":"-?[\d.]+ \(.* to .*\)"/);
});

test('09: what is frozen stays the same', async () => {
  const text = await printed('09-fine-tuning', '300', '1', '1');
  expect(text).toContain('37 tensors taken, new: classifier/weight, classifier/bias');
  // All tensors but the two of the head; and none where everything is trained.
  expect(column(text, 'tensors that stayed the same')).toEqual([0, 37, 0]);
  expect(column(text, 'accuracy')).toHaveLength(3);
});

test('10: the ONNX file predicts as the model', async () => {
  const start = Date.now();
  const text = await printed('10-your-images-to-onnx', '', '1', '80');
  expect(text).toMatch(/images of Bag, Dress, Sandal/);
  const differences = column(text, 'difference');
  expect(differences.length).toBeGreaterThan(2);
  expect(Math.max(...differences)).toBeLessThan(1e-4);
  expect(wrote('10-model.onnx', start)).toBe(true);
});

test('11: the laws find both mistakes', async () => {
  const text = await printed('11-laws', '1');
  const broken = [...text.matchAll(/"law":"([^"]*)"[^}]*BROKEN/g)].map(([, law]) => law);
  expect(broken).toEqual([
    'the macs that init declares are those of apply',
    'gradients are those of finite differences',
    'the elements of a batch are independent',
  ]);
  expect(text).not.toContain('"excite":"BROKEN"');
});

test('12: what was hidden is painted, and the encoder begins a classifier', async () => {
  const start = Date.now();
  const text = await printed('12-self-supervised', '192', '2', '1');
  const errors = column(text, 'hidden error');
  expect(errors[1]!).toBeLessThan(errors[0]!);
  expect(column(text, 'test accuracy')).toHaveLength(2);
  expect(wrote('12-painted.png', start)).toBe(true);
});

test('13: the experiment runs, and writes its report', async () => {
  const start = Date.now();
  rmSync(join('examples', 'output', '13-quickstart'), { recursive: true, force: true });
  const text = await printed('13-keras-experiment', 'quickstart', '1', '192');
  expect(text).toMatch(/"model":"SPT \+ LSA","parameters":1046062,"top-1":"[\d.]+ % \(.*\)"/);
  expect(wrote(join('13-quickstart', 'report.html'), start)).toBe(true);
});

test('14: a convolutional tokenizer is compared with patches', async () => {
  const text = await printed('14-convolutional-tokenizer', '128', '1', '1');
  expect(text).toContain('1,041,802 parameters, 13.0 M multiply-accumulates');
  expect(text).toContain('1,078,154 parameters, 20.6 M multiply-accumulates');
  expect(text).toMatch(/seed 1: patches [\d.]+ %, convolutions [\d.]+ %\nconvolutions gain -?[\d.]+ points/);
});

const run = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, ['--import', 'tsx', ...args])).stdout;

test('an example runs alone, as its first lines say', async () => {
  const commands = readdirSync('examples').filter((name) => name.endsWith('.ts'));
  for (const name of commands)
    expect(readFileSync(join('examples', name), 'utf8')).toContain(`npx tsx examples/${name}`);
  expect(await run('examples/04-patches-and-shifts.ts', '14', '1')).toContain('4 tokens of 980 numbers');
});
