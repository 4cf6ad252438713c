import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as T from 'fp-ts/lib/Task.js';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../src/core/index.js';
import { take } from '../../src/data/index.js';
import { jit } from '../../src/engine/index.js';
import { isBest, memoryStore, type Prepared, type RunEvent, reporters } from '../../src/experiment/index.js';
import { folderStore } from '../../src/experiment/node/index.js';
import { beginning, type Progress } from '../../src/train/index.js';
import { left, right, someImages } from '../data/fixtures.js';
import { temporaryFolder, tinyPrepared } from '../support/tiny-run.js';
import { chosen, EPOCHS, prepared, runIn, STEPS_PER_EPOCH, wholeRun, withoutSeconds } from './tiny-experiment.js';

const models = ['vanilla', 'spt-lsa'];
const repeated = <A>(count: number, one: A): readonly A[] => Array.from({ length: count }, () => one);

const modelEvents = (events: readonly RunEvent[]) =>
  events.flatMap((event) => {
    if (event.kind !== 'model') return [];
    const { model, resumed, missing } = event;
    return [{ model, resumed, ...(missing === undefined ? {} : { missing }) }];
  });

/** A store that holds a run that was stopped in its second epoch. */
const stoppedStore = async () => {
  const store = memoryStore();
  await runIn({ store, stopAfter: STEPS_PER_EPOCH + 2 });
  return store;
};

describe('a whole run in memory', () => {
  test('reports its events in order', async () => {
    const { events } = await wholeRun();
    const epoch = [...repeated(STEPS_PER_EPOCH, 'step'), 'epoch'];
    const ofModel = (model: string) =>
      ['model', ...repeated(EPOCHS, epoch).flat(), 'test'].map((kind) => ({ kind, model }));
    expect(events.map((event) => ('model' in event ? { kind: event.kind, model: event.model } : event.kind))).toEqual([
      'run',
      ...models.flatMap(ofModel),
      'finished',
    ]);
  });

  test('reports events that are plain data', async () => {
    const { events } = await wholeRun();
    for (const event of events) expect(structuredClone(event)).toEqual(event);
  });

  test('describes itself in its first event', async () => {
    const [first] = (await wholeRun()).events;
    expect(first).toMatchObject({
      kind: 'run',
      engine: { name: chosen.engine.name, threads: 1 },
      reason: 'chosen by the test',
      preset: 'tiny',
      seed: 42,
      dataset: { name: 'tiny', classes: 10, train: 36, validation: 4, test: 20 },
      epochs: EPOCHS,
      stepsPerEpoch: STEPS_PER_EPOCH,
      store: 'memory',
      models: [{ name: 'vanilla' }, { name: 'spt-lsa' }],
    });
  });

  test('counts the steps and examples of each epoch', async () => {
    const steps = (await wholeRun()).events.flatMap((event) => (event.kind === 'step' ? [event] : []));
    expect(steps.slice(0, STEPS_PER_EPOCH).map(({ batch, examples }) => [batch, examples])).toEqual([
      [1, 8],
      [2, 8],
      [3, 8],
      [4, 8],
      [5, 4],
    ]);
  });

  test('returns the results that it reports, and stores everything', async () => {
    const { store, end, events } = await wholeRun();
    const finished = right(end);
    if (finished.kind !== 'finished') throw new Error('the run did not finish');
    const { results } = finished;
    expect(events.at(-1)).toEqual({ kind: 'finished', results, report: 'memory/report' });
    expect(results.models.map(({ name }) => name)).toEqual(['Vanilla ViT', 'SPT + LSA']);
    for (const { epochs, test: tested } of results.models) {
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
      expect(tested.images).toBe(20);
      expect(tested.loss).toBeGreaterThan(0);
    }
    expect(results.gain).toBeDefined();
    expect(results.gain?.value).toBeCloseTo(results.models[1]!.test.top1.value - results.models[0]!.test.top1.value);

    const { start, checkpoints, metrics, report } = store.contents();
    expect(start).toEqual({ config: prepared.config, startedAt: '2026-01-02T03:04:05.678Z', data: undefined });
    expect([...checkpoints.keys()]).toEqual(models);
    expect(metrics.map((line) => (JSON.parse(line) as { kind: string; model: string }).kind)).toEqual(
      repeated(2, ['epoch', 'epoch', 'test']).flat(),
    );
    expect(report).toContain('<html');
  });
});

describe('memory', () => {
  test('the first event says what the run is expected to need', async () => {
    const [first] = (await wholeRun()).events;
    const memory = first?.kind === 'run' ? first.memory : undefined;
    // 60 images of 8 × 8 bytes.
    expect(memory).toMatchObject({ rounds: 1, data: 3840 });
    expect(memory?.bytes).toBeGreaterThan(1e8);
    expect(memory?.bytes).toBeLessThan(1e9);
  });

  test('what cannot fit is refused before anything is stored', async () => {
    const engine = { engine: await orThrow(jit({ threads: 1, memory: 1e8 })), reason: 'chosen by the test' };
    const store = memoryStore();
    const { end, events } = await runIn({ store, engine });
    expect(left(end)).toMatchObject({ _tag: 'EngineError', kind: 'memory' });
    expect(events).toEqual([]);
    expect(store.contents().start).toBeUndefined();
  });
});

describe('a run that was stopped', () => {
  test.each([
    [
      'in the middle of the first model',
      STEPS_PER_EPOCH + 2,
      [
        { model: 'vanilla', resumed: { epoch: 2, batchesDone: 2, isDone: false } },
        { model: 'spt-lsa', resumed: undefined, missing: 'memory/spt-lsa' },
      ],
    ],
    [
      'in the middle of the second model',
      (EPOCHS + 1) * STEPS_PER_EPOCH + 3,
      [
        { model: 'vanilla', resumed: { epoch: 3, batchesDone: 0, isDone: true } },
        { model: 'spt-lsa', resumed: { epoch: 2, batchesDone: 3, isDone: false } },
      ],
    ],
  ])('%s ends, resumed, with the same bits as a run without a stop', async (_, stopAfter, resumedFrom) => {
    const whole = await wholeRun();
    const store = memoryStore();
    const stopped = await runIn({ store, stopAfter });
    expect(right(stopped.end)).toEqual({ kind: 'stopped' });
    expect(stopped.events.at(-1)?.kind).toBe('stopped');
    expect(stopped.events.filter(({ kind }) => kind === 'step')).toHaveLength(stopAfter);

    const resumed = await runIn({ store, resume: true });
    expect(right(resumed.end).kind).toBe('finished');
    expect(modelEvents(resumed.events)).toEqual(resumedFrom);
    expect(resumed.events.some(({ kind }) => kind === 'warning')).toBe(false);
    for (const model of models)
      expect(store.contents().checkpoints.get(model)?.tensors).toEqual(
        whole.store.contents().checkpoints.get(model)?.tensors,
      );
    expect(withoutSeconds(store.contents().metrics)).toEqual(withoutSeconds(whole.store.contents().metrics));
  });

  test.each([
    ['another engine', { name: 'another engine' }, /began on jit .* and resumes on another engine/],
    ['another number of threads', { threads: 3 }, /resumes on .*3 threads/],
  ])('warns when it is resumed with %s', async (_, changes, message) => {
    const engine = { ...chosen, engine: { ...chosen.engine, ...changes } };
    const { events } = await runIn({ store: await stoppedStore(), resume: true, engine, stopAfter: 0 });
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
    expect(warnings[0]).toContain('last bits');
  });

  test.each<readonly [string, Partial<Prepared>, string]>([
    ['training', { train: right(take(35)(someImages(36, 8, 8, 1))) }, 'the training images'],
    ['test', { dataset: { ...prepared.dataset, test: someImages(21, 8, 8, 1) } }, 'the test images'],
  ])('is not resumed with other %s images, unless that is accepted', async (_, changes, message) => {
    const store = await stoppedStore();
    const experiment = { ...prepared, ...changes };
    const before = store.contents();
    const refused = left((await runIn({ store, resume: true, experiment })).end);
    expect(refused.message).toContain(message);
    expect(refused.message).toContain('--accept-changed-data');
    expect(store.contents()).toEqual(before);
    const { end, events } = await runIn({ store, resume: true, experiment, acceptChangedData: true });
    expect(right(end).kind).toBe('finished');
    expect(events.find(({ kind }) => kind === 'warning')).toMatchObject({
      message: expect.stringContaining(`As accepted, ${message}`),
    });
  });

  test.each<readonly [string, Prepared, string]>([
    ['another configuration', tinyPrepared({ epochs: EPOCHS, labelSmoothing: 0.1 }), 'is of another run'],
    ['another seed', tinyPrepared({ epochs: EPOCHS, seed: 7 }), 'is of another run'],
    [
      'a model with other shapes',
      tinyPrepared({
        epochs: EPOCHS,
        models: prepared.config.models.map((model) => ({ ...model, config: { ...model.config, head: [7] } })),
      }),
      'is of another model',
    ],
  ])('is not resumed with %s', async (_, experiment, problem) => {
    const { end } = await runIn({ store: await stoppedStore(), resume: true, experiment });
    const error = left(end);
    expect(error._tag).toBe('CheckpointError');
    expect(error.message).toContain('memory/vanilla: this checkpoint');
    expect(error.message).toContain(problem);
  });

  test('is resumed whatever the order of the fields of the configuration', async () => {
    const reversed = <A extends object>(value: A): A => Object.fromEntries(Object.entries(value).reverse()) as A;
    const experiment = tinyPrepared({ ...reversed(prepared.config), optimizer: reversed(prepared.config.optimizer) });
    expect(JSON.stringify(experiment.config)).not.toBe(JSON.stringify(prepared.config));
    const { end } = await runIn({ store: await stoppedStore(), resume: true, experiment, stopAfter: 0 });
    expect(right(end)).toEqual({ kind: 'stopped' });
  });
});

describe('the best epoch', () => {
  const ended = (...top1: readonly (number | undefined)[]): Progress => ({
    ...beginning,
    epoch: top1.length,
    history: top1.map((value, i) => ({
      epoch: i + 1,
      train: {},
      seconds: 1,
      ...(value === undefined ? {} : { validation: { top1: value } }),
    })),
  });

  test.each<readonly [string, Progress, boolean]>([
    ['the first', ended(0.1), true],
    ['above all before', ended(0.3, 0.2, 0.4), true],
    ['below one before', ended(0.3, 0.2), false],
    ['equal to one before', ended(0.3, 0.3), false],
    ['without validation', ended(undefined), false],
    ['not a number', ended(0.1, Number.NaN), false],
    ['after one that is not a number', ended(Number.NaN, 0.1), true],
    ['in the middle of the next', { ...ended(0.1, 0.2), batchesDone: 1 }, false],
  ])('%s', (_, progress, expected) => {
    expect(isBest(progress)).toBe(expected);
  });

  test('of a run is kept with its history up to then', async () => {
    const { checkpoints, best } = (await wholeRun()).store.contents();
    for (const model of models) {
      const tops = checkpoints.get(model)?.progress.history.map(({ validation }) => validation?.top1 ?? 0) ?? [];
      expect(best.get(model)?.progress.epoch).toBe(tops.indexOf(Math.max(...tops)) + 1);
    }
  });
});

describe('the disk', () => {
  test('is known before the run begins; checkpoints take no more than was said', async () => {
    const folder = join(temporaryFolder(), 'run');
    const { events } = await runIn({ store: folderStore(folder) });
    const [first] = events;
    const disk = first?.kind === 'run' ? first.disk : undefined;
    const files = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    const largest = statSync(join(folder, 'spt-lsa.safetensors')).size;
    const written = files.reduce((sum, size) => sum + size, 0) + largest;
    expect(disk?.needs).toBeGreaterThan(written);
    expect(disk?.needs).toBeLessThan(written + 2.5e6);
    expect(disk?.room).toBeGreaterThan(0);
  });

  test('that has no room for the run is refused before anything is written', async () => {
    const store = { ...memoryStore(), room: T.of(1e6) };
    const { end, events } = await runIn({ store });
    expect(left(end).message).toMatch(/memory: this run writes up to \d MB, but there is room for 1 MB/);
    expect(events).toEqual([]);
    expect(store.contents().start).toBeUndefined();
  });

  test('that does not say what is free does not stop a run', async () => {
    const { events } = await runIn({ store: memoryStore(), stopAfter: 0 });
    expect(events[0]).toMatchObject({ disk: { needs: expect.any(Number) } });
    expect(events[0]).not.toHaveProperty('disk.room');
  });
});

test('a store that holds a run is refused for a new run', async () => {
  const { end, events } = await runIn({ store: await stoppedStore() });
  const error = left(end);
  expect(error._tag).toBe('FileError');
  expect(error.message).toContain('holds a run already');
  expect(events).toEqual([]);
});

test('a reporter of several passes each event to all of them', () => {
  const received: string[] = [];
  reporters(
    ({ kind }) => received.push(`first ${kind}`),
    ({ kind }) => received.push(`second ${kind}`),
  )({ kind: 'warning', message: '' });
  expect(received).toEqual(['first warning', 'second warning']);
});
