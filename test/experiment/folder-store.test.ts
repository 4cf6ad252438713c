import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { defaultRunPath, folderStore, readRunStart } from '../../src/experiment/node/index.js';
import { left, right } from '../data/fixtures.js';
import { temporaryFolder } from '../support/tiny-run.js';
import { prepared, runIn, STEPS_PER_EPOCH, wholeRun, withoutSeconds } from './tiny-experiment.js';

const start = { config: prepared.config, startedAt: '2026-01-02T03:04:05.678Z', data: undefined };

test('what a folder store begins with is read again', async () => {
  const folder = join(temporaryFolder(), 'new', 'run');
  right(await folderStore(folder).begin(start)());
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'run.json']);
  expect(right(await readRunStart(folder)())).toEqual(start);
});

test('the folder of the data is stored as an absolute path', async () => {
  const folder = join(temporaryFolder(), 'run');
  right(await folderStore(folder).begin({ ...start, data: 'some/data' })());
  expect(right(await readRunStart(folder)()).data).toBe(resolve('some/data'));
});

test('begin refuses a folder that holds a run, and changes nothing in it', async () => {
  const folder = join(temporaryFolder(), 'run');
  const store = folderStore(folder);
  right(await store.begin(start)());
  const error = left(await store.begin({ ...start, startedAt: 'later' })());
  expect(error._tag).toBe('FileError');
  expect(error.message).toContain(`${folder}: this folder holds a run already`);
  expect(error.message).toContain(`--resume ${folder}`);
  expect(right(await readRunStart(folder)())).toEqual(start);
});

test('a folder without a checkpoint has none, and a damaged one is an error', async () => {
  const store = folderStore(temporaryFolder());
  expect(right(await store.loadCheckpoint('vanilla')())).toBeUndefined();
  writeFileSync(store.checkpointName('vanilla'), 'damaged');
  expect(left(await store.loadCheckpoint('vanilla')())._tag).toBe('CheckpointError');
});

test('a run that is stopped and resumed in a folder ends as the run in memory', async () => {
  const folder = join(temporaryFolder(), 'run');
  const { store: whole } = await wholeRun();
  const stopped = await runIn({ store: folderStore(folder), stopAfter: STEPS_PER_EPOCH + 2 });
  expect(right(stopped.end)).toEqual({ kind: 'stopped' });
  expect(existsSync(join(folder, 'vanilla.safetensors'))).toBe(true);
  expect(existsSync(join(folder, 'report.html'))).toBe(false);

  const { end, events } = await runIn({ store: folderStore(folder), resume: true });
  expect(right(end).kind).toBe('finished');
  expect(events.at(-1)).toMatchObject({ kind: 'finished', report: join(folder, 'report.html') });
  expect(readdirSync(folder).sort()).toEqual([
    'config.json',
    'metrics.jsonl',
    'report.html',
    'run.json',
    'spt-lsa.safetensors',
    'vanilla.safetensors',
  ]);
  for (const model of ['vanilla', 'spt-lsa']) {
    const inFolder = right(await folderStore(folder).loadCheckpoint(model)());
    const inMemory = whole.contents().checkpoints.get(model);
    expect(inFolder?.tensors).toEqual(inMemory?.tensors);
    expect(inFolder?.info).toEqual(JSON.parse(JSON.stringify(inMemory?.info)));
  }
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(withoutSeconds(lines)).toEqual(withoutSeconds(whole.contents().metrics));
});

test('the default folder of a run is named by its start', () => {
  expect(defaultRunPath(new Date('2026-11-24T10:20:11.500Z'))).toBe(join('runs', '2026-11-24T10-20-11'));
});
