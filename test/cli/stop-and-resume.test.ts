import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCheckpoint } from '../../src/train/node/index.js';
import { right } from '../data/fixtures.js';
import { configFile, runMain, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

const tensors = async (folder: string, model: string) =>
  right(await loadCheckpoint(join(folder, `${model}.safetensors`))()).tensors;

/** Runs the command line in its own process and presses Ctrl-C after the first epoch. */
const interrupted = (argv: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/bin.ts', ...argv]);
    let text = '';
    let pressed = false;
    const read = (chunk: Buffer) => {
      text += String(chunk);
      if (!pressed && text.includes('epoch  1/')) {
        pressed = true;
        child.kill('SIGINT');
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', (code) => resolve({ code, text }));
  });

test('Ctrl-C finishes the step and saves; the resumed run ends with the same bits as a run without a stop', async () => {
  const config = configFile(tinyConfig({ epochs: 40 }));
  const data = tinyData();
  const [whole, cut] = [join(temporaryFolder(), 'whole'), join(temporaryFolder(), 'cut')];

  const stopped = await interrupted(['--config', config, '--data', data, '--out', cut]);
  expect(stopped.text).toContain(`stopped; resume with: vitrail --resume ${cut}`);
  expect(stopped.code).toBe(130);
  const { progress } = right(await loadCheckpoint(join(cut, 'vanilla.safetensors'))());
  expect(progress.epoch).toBeGreaterThanOrEqual(1);
  expect(progress.epoch).toBeLessThan(40);

  expect((await runMain('--config', config, '--data', data, '--out', whole)).code).toBe(0);
  expect((await runMain('--resume', cut)).code).toBe(0);
  for (const model of ['vanilla', 'spt-lsa']) expect(await tensors(cut, model)).toEqual(await tensors(whole, model));
  const lines = (folder: string) =>
    readFileSync(join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/"seconds":[^,}]+/g, '');
  expect(lines(cut)).toBe(lines(whole));
});

test('a checkpoint that is damaged or of another model is refused and not changed', async () => {
  const folder = join(temporaryFolder(), 'run');
  const data = tinyData();
  expect((await runMain('--config', configFile(tinyConfig({ epochs: 1 })), '--data', data, '--out', folder)).code).toBe(
    0,
  );
  const file = join(folder, 'vanilla.safetensors');
  const good = readFileSync(file);
  const resumeWith = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    const run = await runMain('--resume', folder);
    expect(run.code).toBe(2);
    expect(run.text).toContain(file);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    return run.text;
  };
  expect(await resumeWith(good.subarray(0, good.length - 100))).toContain('cut short');
  expect(await resumeWith(Uint8Array.from(good, (byte, i) => (i === good.length - 5 ? byte ^ 1 : byte)))).toContain(
    'damaged',
  );
  expect(await resumeWith(readFileSync(join(folder, 'spt-lsa.safetensors')))).toContain('of another model');
  writeFileSync(file, good);
  expect((await runMain('--resume', folder)).code).toBe(0);
});

test('a run whose newest checkpoint is lost goes on from that of its best epoch', async () => {
  const folder = join(temporaryFolder(), 'run');
  const [whole, data] = [join(temporaryFolder(), 'whole'), tinyData()];
  const config = configFile(tinyConfig({ epochs: 3 }));
  for (const out of [folder, whole])
    expect((await runMain('--config', config, '--data', data, '--out', out)).code).toBe(0);
  const newest = join(folder, 'spt-lsa.safetensors');
  const best = join(folder, 'spt-lsa.best.safetensors');
  // A new file: the two may be one on the disk.
  rmSync(newest);
  writeFileSync(newest, 'damaged');
  const refused = await runMain('--resume', folder);
  expect(refused.code).toBe(2);
  expect(refused.text).toContain(`${best}: copy it to ${newest} to resume from there`);
  copyFileSync(best, newest);
  expect((await runMain('--resume', folder)).code).toBe(0);
  expect(await tensors(folder, 'spt-lsa')).toEqual(await tensors(whole, 'spt-lsa'));
});

test('a run is not resumed on other images, unless that is accepted', async () => {
  const folder = join(temporaryFolder(), 'run');
  const data = tinyData();
  expect((await runMain('--config', configFile(tinyConfig({ epochs: 1 })), '--data', data, '--out', folder)).code).toBe(
    0,
  );
  const file = join(data, 't10k-labels-idx1-ubyte');
  writeFileSync(file, readFileSync(file).with(-1, 3));
  const refused = await runMain('--resume', folder);
  expect(refused.code).toBe(2);
  expect(refused.text).toContain('the test images, their labels or their order are not those that this run began with');
  const accepted = await runMain('--resume', folder, '--accept-changed-data');
  expect(accepted.code).toBe(0);
  expect(accepted.text).toContain('As accepted, the test images');
});

test('--accept-changed-data belongs to --resume', async () => {
  expect((await runMain('--accept-changed-data')).text).toContain('this belongs to --resume');
});
