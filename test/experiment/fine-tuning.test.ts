/** Fine-tuning as part of an experiment: where it begins, what stays, what is averaged, when it ends. */
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import { memoryStore, prepare } from '../../src/experiment/index.js';
import type { Checkpoint } from '../../src/train/checkpoint.js';
import { left, right } from '../data/fixtures.js';
import { tinyConfig, tinyDataset } from '../support/tiny-run.js';
import { runIn, STEPS_PER_EPOCH, wholeRun } from './tiny-experiment.js';

const plain = tinyConfig({ epochs: 2 });
const [, onlySl] = plain.models;
const config = { ...plain, models: onlySl === undefined ? [] : [onlySl] };
const optimizer = { ...config.optimizer, freeze: ['tokens'], averageWeights: 0.9, accumulate: 3 };
const weightsIn = (checkpoint: Checkpoint) => ({
  path: 'elsewhere',
  fingerprint: '1',
  tensors: Object.fromEntries(
    Object.entries(checkpoint.tensors).flatMap(([path, tensor]) =>
      path.startsWith('params/') ? [[path.slice('params/'.length), tensor]] : [],
    ),
  ),
});

/** A model that begins at the weights of the run without fine-tuning. */
const tuned = async () => {
  const begins = (await wholeRun()).store.contents().checkpoints.get('spt-lsa');
  if (begins === undefined) throw new Error('the run has no checkpoint');
  const from = weightsIn(begins);
  return { from, experiment: orThrow(prepare({ ...config, epochs: 4, optimizer }, tinyDataset(), from)) };
};

describe('a run that begins at weights, freezes, averages and accumulates', () => {
  test('says what it takes, and leaves the frozen parameters as they were given', async () => {
    const { from, experiment } = await tuned();
    const store = memoryStore();
    const { end, events } = await runIn({ store, experiment });
    expect(right(end).kind).toBe('finished');
    const taken = events.flatMap((event) => (event.kind === 'taken' ? [event] : []));
    expect(taken).toMatchObject([{ model: 'spt-lsa', from: 'elsewhere', fresh: [], left: [] }]);
    expect(taken[0]?.taken).toEqual(Object.keys(from.tensors));
    expect(store.contents().start?.from).toMatchObject({ path: 'elsewhere', fingerprint: '1' });

    const checkpoint = store.contents().checkpoints.get('spt-lsa');
    const moved = Object.entries(from.tensors).map(
      ([path, tensor]) => [path, String(checkpoint?.tensors[`params/${path}`]?.data) !== String(tensor.data)] as const,
    );
    for (const [path, isMoved] of moved) expect([path, isMoved]).toEqual([path, !path.startsWith('tokens/')]);
    expect(checkpoint?.info.averages).toBeDefined();
  });

  test('ends, stopped within an accumulation and resumed, with the same bits as without the stop', async () => {
    const { experiment } = await tuned();
    const whole = memoryStore();
    expect(right((await runIn({ store: whole, experiment })).end).kind).toBe('finished');
    const store = memoryStore();
    expect(right((await runIn({ store, experiment, stopAfter: STEPS_PER_EPOCH + 2 })).end).kind).toBe('stopped');
    const resumed = await runIn({ store, experiment, resume: true });
    expect(right(resumed.end).kind).toBe('finished');
    expect(resumed.events.some(({ kind }) => kind === 'taken')).toBe(false);
    const tensors = (of: typeof store) => of.contents().checkpoints.get('spt-lsa')?.tensors;
    expect(tensors(store)).toEqual(tensors(whole));
  });
});

test('without patience for another epoch a model ends early, and is done when it is resumed', async () => {
  // A learning rate at which nothing is learned: the first epoch is the best.
  const schedule = { kind: 'constant', learningRate: 1e-12 } as const;
  const experiment = orThrow(prepare({ ...config, epochs: 9, patience: 2, schedule }, tinyDataset()));
  const store = memoryStore();
  const { end, events } = await runIn({ store, experiment });
  expect(right(end).kind).toBe('finished');
  expect(events).toContainEqual({ kind: 'early-end', model: 'spt-lsa', epoch: 3, best: 1 });
  const again = await runIn({ store, experiment, resume: true });
  expect(right(again.end).kind).toBe('finished');
  expect(again.events).toContainEqual(
    expect.objectContaining({ kind: 'model', resumed: { epoch: 4, batchesDone: 0, isDone: true } }),
  );
  expect(again.events.some(({ kind }) => kind === 'step')).toBe(false);
});

describe('what does not fit is refused before anything is drawn', () => {
  const changed = (changes: object, from?: Parameters<typeof prepare>[2]) =>
    prepare({ ...config, ...changes }, tinyDataset(), from);
  test.each([
    ['optimizer.freeze', { optimizer: { ...config.optimizer, freeze: ['block/0'] } }, /block.*blocks/],
    ['optimizer.freeze', { optimizer: { ...config.optimizer, freeze: ['**'] } }, /freezes all of 'spt-lsa'/],
    [
      'optimizer.learningRates',
      { optimizer: { ...config.optimizer, learningRates: [{ pattern: 'haed', learningRate: 1 }] } },
      /haed/,
    ],
    ['optimizer.accumulate', { optimizer: { ...config.optimizer, accumulate: 11 } }, /at most 10, all steps/],
    ['patience', { patience: 1, validation: 0 }, /images to validate on/],
  ])('%s: %o', (field, changes, problem) => {
    const error = left(changed(changes));
    expect(error).toMatchObject({ _tag: 'ConfigError', field });
    expect(error.message).toMatch(problem);
  });

  test('weights of another kind of model', () => {
    const made = changed({}, { path: 'w.safetensors', fingerprint: '', tensors: {} });
    expect(E.isLeft(made) && made.left.message).toMatch(
      /from: no parameter of w.safetensors fits 'spt-lsa' by path and shape: it is empty; 'spt-lsa' has: /,
    );
  });
});

test('classes of unequal numbers of images weigh the same in the loss, and metrics count every image', async () => {
  const { objective } = orThrow(prepare({ ...config, classWeights: 'balanced' }, tinyDataset()));
  const without = orThrow(prepare(config, tinyDataset())).objective;
  expect(Object.keys(objective.metrics)).toEqual(Object.keys(without.metrics));
  expect(left(prepare({ ...config, classWeights: [1, 2] }, tinyDataset()))).toMatchObject({ _tag: 'ConfigError' });
});
