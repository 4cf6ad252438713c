import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import type { Failure } from '../../src/core/errors.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { quickstartModels } from '../../src/models/vit/presets.js';
import { vit } from '../../src/models/vit/vit.js';
import { type CheckpointInfo, tensorsByPath } from '../../src/train/checkpoint.js';
import { adamW, beginning, constantSchedule, declareState, type Progress, restore } from '../../src/train/index.js';
import { loadCheckpoint, saveCheckpoint, writeAtomically } from '../../src/train/node/index.js';
import { byPath, left } from '../core/harness.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrail-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const failure = async <F extends Failure>(task: TaskEither<F, unknown>): Promise<F> => left(await task());

const config = { ...quickstartModels.sl, depth: 2, dim: 8, head: [6], mlp: { units: [8, 8], activateLast: true } };
const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.1 });
const specsOf = (changes: object = {}) => {
  const changed = { ...config, ...changes };
  return declareState(orThrow(vit(changed).init(imageShape(changed.image))), optimizer);
};
const state = initialize(key(5))(specsOf());
const totals = { examples: 3, sums: { loss: { total: 1.5 }, top1: { total: 1, weight: 2.5 } } };
const summary = { loss: 0.5, top1: 1 / 3, top5: 2 / 3 };
const progress: Progress = {
  epoch: 1,
  batchesDone: 4,
  totals,
  seconds: 0.125,
  learningRate: 1e-3,
  history: [{ epoch: 1, train: summary, validation: summary, learningRate: 1e-3, seconds: 2.5 }],
};
const info: CheckpointInfo = {
  version: '1.2.3',
  engine: { name: 'jit', threads: 2 },
  model: config,
  pipeline: [{ kind: 'normalize', mean: [0.5], std: [0.25] }],
  classes: ['cat', 'dog'],
  run: { note: 'é "quoted" \u2028' },
};
const tensors = tensorsByPath(state);

describe('checkpoints', () => {
  test('saving, loading and restoring preserve every bit of the state, the progress and the information', async () => {
    const path = join(folder, 'deep', 'er', 'a.safetensors');
    await orThrow(saveCheckpoint(path, { info, progress, tensors }));
    const loaded = await orThrow(loadCheckpoint(path));
    expect(loaded.info).toEqual(info);
    expect(loaded.progress).toEqual(progress);
    expect(loaded.tensors).toEqual(byPath(state));
    expect(orThrow(restore({ params: specsOf() }, loaded.tensors))).toEqual(state);
  });

  test('the beginning of a run can be saved, and a later checkpoint replaces it', async () => {
    const path = join(folder, 'b.safetensors');
    await orThrow(saveCheckpoint(path, { info, progress: beginning, tensors }));
    expect((await orThrow(loadCheckpoint(path))).progress).toEqual(beginning);
    await orThrow(saveCheckpoint(path, { info, progress, tensors }));
    expect((await orThrow(loadCheckpoint(path))).progress).toEqual(progress);
  });

  test('a file that is cut short, damaged or empty is rejected with its path', async () => {
    const path = join(folder, 'c.safetensors');
    await orThrow(saveCheckpoint(path, { info, progress, tensors }));
    const good = await readFile(path);
    const spoilt = Uint8Array.from(good);
    spoilt[good.length - 5]! ^= 4;
    for (const bytes of [good.subarray(0, good.length - 4), good.subarray(0, 100), new Uint8Array(0), spoilt]) {
      await writeFile(path, bytes);
      const error = await failure(loadCheckpoint(path));
      expect(error).toMatchObject({ _tag: 'CheckpointError', path });
      expect(error.message).toMatch(/cut short|damaged/);
    }
  });

  test('a damaged name of the checksum is rejected, so that no file is read unchecked', async () => {
    const path = join(folder, 'd.safetensors');
    await orThrow(saveCheckpoint(path, { info, progress, tensors }));
    const good = await readFile(path);
    await writeFile(path, good.with(good.indexOf('sha256'), 0x72));
    expect((await failure(loadCheckpoint(path))).message).toMatch(/rha256.*unknown/);
  });

  test('a missing file is a FileError, and so is a folder', async () => {
    const path = join(folder, 'nowhere.safetensors');
    expect(await failure(loadCheckpoint(path))).toMatchObject({ _tag: 'FileError', path });
    expect(await failure(loadCheckpoint(folder))).toMatchObject({ _tag: 'FileError', path: folder });
  });
});

describe('writeAtomically', () => {
  const old = 'what was there';

  test('writes all chunks in order, creates folders and leaves no other file', async () => {
    const path = join(folder, 'new', 'x.txt');
    await orThrow(writeAtomically(path, ['one ', new TextEncoder().encode('two '), 'drei €']));
    expect(await readFile(path, 'utf8')).toBe('one two drei €');
    expect(await readdir(join(folder, 'new'))).toEqual(['x.txt']);
  });

  test('leaves only the old file if it fails midway', async () => {
    const path = join(folder, 'middle', 'x.txt');
    await orThrow(writeAtomically(path, [old]));
    const error = await failure(writeAtomically(path, ['the first part ', 12345 as never, 'the rest']));
    expect(error).toMatchObject({ _tag: 'FileError', path });
    expect(await readFile(path, 'utf8')).toBe(old);
    expect(await readdir(join(folder, 'middle'))).toEqual(['x.txt']);
  });

  test('leaves only the old folder if it cannot replace it', async () => {
    const path = join(folder, 'taken', 'x');
    await mkdir(join(path, 'inner'), { recursive: true });
    expect(await failure(writeAtomically(path, ['new']))).toMatchObject({ _tag: 'FileError', path });
    expect(await readdir(join(folder, 'taken'))).toEqual(['x']);
    expect(await readdir(path)).toEqual(['inner']);
  });

  test('returns a FileError that says so if the folder is a file', async () => {
    const path = join(folder, 'file', 'x');
    await writeFile(join(folder, 'file'), old);
    expect((await failure(writeAtomically(path, ['new']))).message).toMatch(/not a folder|in the way/);
  });
});
