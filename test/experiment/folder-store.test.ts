import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test, vi } from 'vitest';
import { defaultRunPath, folderStore, loadModel, readConfig, readRunStart } from '../../src/experiment/node/index.js';
import { fileError } from '../../src/node/files.js';
import { claimName, temporaryName } from '../../src/node/temporary-files.js';
import { loadCheckpoint } from '../../src/train/node/index.js';
import { left, right } from '../data/fixtures.js';
import { temporaryFolder } from '../support/tiny-run.js';
import { prepared, runIn, STEPS_PER_EPOCH, wholeRun, withoutSeconds } from './tiny-experiment.js';

/** The files of a folder without the claims of processes that use it. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => !name.endsWith('.claim'))
    .sort();

const start = { config: prepared.config, startedAt: '2026-01-02T03:04:05.678Z', data: undefined };

test('what a folder store begins with is read again', async () => {
  const folder = join(temporaryFolder(), 'new', 'run');
  right(await folderStore(folder).begin(start)());
  expect(filesIn(folder)).toEqual(['config.json', 'run.json']);
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
    'spt-lsa.best.safetensors',
    'spt-lsa.safetensors',
    'vanilla.best.safetensors',
    'vanilla.safetensors',
  ]);
  for (const model of ['vanilla', 'spt-lsa']) {
    const best = right(await loadCheckpoint(join(folder, `${model}.best.safetensors`))());
    expect(best.tensors).toEqual(whole.contents().best.get(model)?.tensors);
    expect(right(await loadModel(join(folder, `${model}.best.safetensors`))()).classes).toEqual(best.info.classes);
  }
  for (const model of ['vanilla', 'spt-lsa']) {
    const inFolder = right(await folderStore(folder).loadCheckpoint(model)());
    const inMemory = whole.contents().checkpoints.get(model);
    expect(inFolder?.tensors).toEqual(inMemory?.tensors);
    expect(inFolder?.info).toEqual(JSON.parse(JSON.stringify(inMemory?.info)));
  }
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(withoutSeconds(lines)).toEqual(withoutSeconds(whole.contents().metrics));
});

test('the default folder of a run is named by its start, and differs from that of a run in the same second', () => {
  const start = new Date('2026-11-24T10:20:11.500Z');
  const [one, other] = [defaultRunPath(start), defaultRunPath(start)];
  expect(one).toMatch(/^runs.2026-11-24T10-20-11-[0-9a-f]{6}$/);
  expect(other).not.toBe(one);
});

test('of many runs that begin in one folder at once, one gets it', async () => {
  for (let round = 0; round < 5; round++) {
    const folder = join(temporaryFolder(), 'run');
    const starts = Array.from({ length: 8 }, (_, i) => ({
      ...start,
      startedAt: `run ${i}`,
      config: { ...start.config, seed: i },
    }));
    const ends = await Promise.all(starts.map((one) => folderStore(folder).begin(one)()));
    const winners = starts.filter((_, i) => ends[i]?._tag === 'Right');
    expect(winners).toHaveLength(1);
    expect(right(await readRunStart(folder)())).toEqual(winners[0]);
    expect(right(await readConfig(join(folder, 'config.json'))())).toEqual(winners[0]?.config);
    for (const end of ends.filter(E.isLeft)) expect(end.left.message).toContain('holds a run already');
    expect(filesIn(folder)).toEqual(['config.json', 'run.json']);
  }
});

test('a folder whose run was killed before it had begun can be begun', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...start.config, seed: 99 }));
  right(await folderStore(folder).begin(start)());
  expect(right(await readRunStart(folder)())).toEqual(start);
  expect(right(await readConfig(join(folder, 'config.json'))())).toEqual(start.config);
});

test('a run that was killed as soon as it had its folder can be resumed', async () => {
  const folder = temporaryFolder();
  const store = folderStore(folder);
  right(await store.begin(start)());
  rmSync(join(folder, 'config.json'));
  right(await store.reopen());
  expect(right(await readConfig(join(folder, 'config.json'))())).toEqual(start.config);
});

test('a folder without a run is not reopened', async () => {
  const folder = temporaryFolder();
  expect(left(await folderStore(folder).reopen()).message).toContain('no such file');
});

test('a config.json that is not of a run is not overwritten', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), '{"mine":1}');
  expect(left(await folderStore(folder).begin(start)()).message).toContain('not of a run');
  expect(readdirSync(folder)).toEqual(['config.json']);
  expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('{"mine":1}');
});

test('temporary files of killed processes are removed when a run begins or resumes, and no others', async () => {
  const folder = temporaryFolder();
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  const name = temporaryName(join(folder, 'vanilla.safetensors'));
  const by = (pid: number) => name.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = name.replace(/\.[0-9a-f]{8}-/, '.00000000-');
  const mine = join(folder, 'notes.tmp');
  const write = () => {
    for (const path of [name, by(dead), by(process.ppid), elsewhere, mine]) writeFileSync(path, 'x');
  };
  const left = () =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.tmp'))
      .sort();
  const living = [name, by(process.ppid), elsewhere, mine].map((path) => basename(path)).sort();
  const store = folderStore(folder);
  write();
  right(await store.begin(start)());
  expect(left()).toEqual(living);
  write();
  right(await store.reopen());
  expect(left()).toEqual(living);

  // What has not changed for an hour is written by nobody.
  for (const path of [name, by(process.ppid), elsewhere, mine]) utimesSync(path, 0, Date.now() / 1000 - 3601);
  right(await store.reopen());
  expect(left()).toEqual(['notes.tmp']);
});

test('a temporary file of an earlier process with the number of this one is removed', async () => {
  const folder = temporaryFolder();
  const store = folderStore(folder);
  right(await store.begin(start)());
  const path = temporaryName(join(folder, 'run.json'));
  writeFileSync(path, 'x');
  utimesSync(path, 0, Date.now() / 1000 - process.uptime() - 5);
  right(await store.reopen());
  expect(existsSync(path)).toBe(false);
});

describe('a folder that is moved while its run goes on', () => {
  const checkpoint = async () => {
    const { store } = await wholeRun();
    const [one] = store.contents().checkpoints.values();
    if (one === undefined) throw new Error('expected a checkpoint');
    return one;
  };

  test.each(['moved', 'moved and made again'])('%s: nothing is written, and the error says so', async (what) => {
    const folder = join(temporaryFolder(), 'run');
    const store = folderStore(folder);
    right(await store.begin(start)());
    renameSync(folder, `${folder}-moved`);
    if (what !== 'moved') mkdirSync(folder);
    const made = await checkpoint();
    for (const task of [store.saveCheckpoint('vanilla', made), store.writeMetrics(['{}']), store.writeReport('')])
      expect(left(await task()).message).toContain(`${folder}: the folder of this run was moved or removed`);
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect(existsSync(folder)).toBe(what !== 'moved');
    right(await folderStore(`${folder}-moved`).saveCheckpoint('vanilla', made)());
  });
});

test('a resumed run says which model has no checkpoint', async () => {
  const folder = join(temporaryFolder(), 'run');
  const store = folderStore(folder);
  await runIn({ store, stopAfter: STEPS_PER_EPOCH + 2 });
  rmSync(store.checkpointName('vanilla'));
  const { events } = await runIn({ store, resume: true, stopAfter: 0 });
  expect(events.find(({ kind }) => kind === 'model')).toEqual({
    kind: 'model',
    model: 'vanilla',
    missing: join(folder, 'vanilla.safetensors'),
  });
});

describe('a run that is resumed twice at the same time', () => {
  const claimsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.claim'));

  test('is resumed once: the second is refused until the first ends', async () => {
    const folder = join(temporaryFolder(), 'run');
    await runIn({ store: folderStore(folder), stopAfter: 1 });
    expect(claimsIn(folder)).toEqual([]);
    const [first, second] = [folderStore(folder), folderStore(folder)];
    right(await first.reopen());
    const error = left(await second.reopen());
    expect(error.message).toContain(`${join(folder, 'run.json')}: another process (${process.pid}) uses it`);
    expect(claimsIn(folder)).toHaveLength(1);
    await first.release?.();
    right(await second.reopen());
    await second.release?.();
    expect(claimsIn(folder)).toEqual([]);
  });

  test('is not resumed while it is still running for the first time', async () => {
    const folder = join(temporaryFolder(), 'run');
    right(await folderStore(folder).begin(start)());
    expect(left(await folderStore(folder).reopen()).message).toContain('another process');
  });

  test('however close together, is never resumed by two', async () => {
    for (let round = 0; round < 3; round++) {
      const folder = join(temporaryFolder(), 'run');
      await runIn({ store: folderStore(folder), stopAfter: 0 });
      const ends = await Promise.all(Array.from({ length: 6 }, () => folderStore(folder).reopen()));
      const winners = ends.filter(E.isRight).length;
      expect(winners).toBeLessThanOrEqual(1);
      expect(claimsIn(folder)).toHaveLength(winners);
    }
  });

  test('is resumed if the claim is that of a dead process, or is too old', async () => {
    const folder = join(temporaryFolder(), 'run');
    await runIn({ store: folderStore(folder), stopAfter: 0 });
    const name = claimName(join(folder, 'run.json'));
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const left = name.replace(`-${process.pid}-`, `-${dead}-`);
    const old = name.replace(/\.[0-9a-f]{8}-/, '.00000000-');
    for (const path of [left, old]) writeFileSync(path, '');
    utimesSync(old, 0, Date.now() / 1000 - 3601);
    const store = folderStore(folder);
    right(await store.reopen());
    expect(claimsIn(folder)).toHaveLength(1);
    await store.release?.();
  });

  test('is refused while a process of another machine uses it', async () => {
    const folder = join(temporaryFolder(), 'run');
    await runIn({ store: folderStore(folder), stopAfter: 0 });
    writeFileSync(claimName(join(folder, 'run.json')).replace(/\.[0-9a-f]{8}-/, '.00000000-'), '');
    expect(left(await folderStore(folder).reopen()).message).toContain('another process');
  });
});

test('a run gives up its folder also when it fails', async () => {
  const folder = join(temporaryFolder(), 'run');
  const store = folderStore(folder);
  const failing = { ...store, writeMetrics: () => TE.left(fileError('metrics', 'cannot be written')) };
  expect(left((await runIn({ store: failing })).end).message).toContain('metrics');
  expect(readdirSync(folder).filter((name) => name.endsWith('.claim'))).toEqual([]);
});

describe('a checkpoint that cannot be read back', () => {
  test('does not replace the older one', async () => {
    const folder = join(temporaryFolder(), 'run');
    await runIn({ store: folderStore(folder), stopAfter: STEPS_PER_EPOCH });
    const store = folderStore(folder);
    const older = readFileSync(store.checkpointName('vanilla'));
    const checkpoint = right(await store.loadCheckpoint('vanilla')());
    if (checkpoint === undefined) throw new Error('expected a checkpoint');
    // A disk that loses the last byte of what it is given.
    const handle = await open(store.checkpointName('vanilla'));
    const sync = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockImplementation(async function (this: FileHandle) {
      await this.truncate((await this.stat()).size - 1);
    });
    await handle.close();
    const error = left(await store.saveCheckpoint('vanilla', checkpoint, true)());
    sync.mockRestore();
    expect(error.message).toContain('what was read back is not what was written');
    expect(readFileSync(store.checkpointName('vanilla')).equals(older)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    right(await store.saveCheckpoint('vanilla', checkpoint, true)());
  });
});

test('the checkpoint of the best epoch stays when newer ones are written', async () => {
  const folder = join(temporaryFolder(), 'run');
  await runIn({ store: folderStore(folder), stopAfter: STEPS_PER_EPOCH + 1 });
  const store = folderStore(folder);
  const newest = right(await store.loadCheckpoint('vanilla')());
  if (newest === undefined) throw new Error('expected a checkpoint');
  const best = join(folder, 'vanilla.best.safetensors');
  right(await store.saveCheckpoint('vanilla', newest, true)());
  const before = readFileSync(best);
  right(await store.saveCheckpoint('vanilla', { ...newest, info: { ...newest.info, version: 'newer' } })());
  expect(readFileSync(best).equals(before)).toBe(true);
  expect(right(await store.loadCheckpoint('vanilla')())?.info.version).toBe('newer');
});

test('a folder has room for what is free on its disk and what it holds', async () => {
  const folder = join(temporaryFolder(), 'not', 'yet');
  const { bavail, bsize } = await statfs(tmpdir());
  const free = await folderStore(folder).room?.();
  expect(free).toBeGreaterThan(0.5 * bavail * bsize);
  expect(free).toBeLessThan(2 * bavail * bsize);
});
