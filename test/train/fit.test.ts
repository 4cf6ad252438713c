import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { adaptNormalization, pipeline, take } from '../../src/data/index.js';
import type { Engine } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { classifier, dropout, flatten, layerNorm, patchTokens } from '../../src/layers/index.js';
import {
  adamW,
  beginning,
  constantSchedule,
  declareState,
  evaluate,
  evaluationStep,
  type FitEvent,
  figures,
  fit,
  notFinite,
  type Schedule,
  type Snapshot,
  total,
} from '../../src/train/index.js';
import { someImages } from '../data/fixtures.js';

const images = someImages(22, 8, 8, 1);
const model = serial(
  named('tokens', patchTokens({ patch: 4, dim: 6 })),
  named('norm', layerNorm()),
  flatten,
  named('dropout', dropout(0.2)),
  named('classifier', classifier(10)),
);
const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
const way = pipeline([{ kind: 'normalize' }, { kind: 'flip' }], adaptNormalization(images));

type Params = Parameters<typeof model.apply>[0];

/** An engine that writes down the way of every key that a step, which alone donates, is given. */
const watched = (engine: Engine, ways: unknown[]): Engine => ({
  ...engine,
  compile: (f, options) => {
    const compiled = engine.compile(f, options);
    return (args, ...stepKey) => {
      if (options?.donate !== undefined) ways.push(stepKey[0]?.path);
      return compiled(args, ...stepKey);
    };
  },
});

interface RunOptions {
  readonly epochs?: number;
  readonly stop?: () => boolean;
  readonly workers?: number;
  /** How long a save takes, in milliseconds. */
  readonly saving?: number;
}

const run = async (schedule: Schedule, options: RunOptions = {}) => {
  const ways: unknown[] = [];
  const engine = watched(await orThrow(jit({ threads: 1 })), ways);
  const optimizer = adamW({ schedule, weightDecay: 0.01 });
  const saved: Snapshot<Params>[] = [];
  const events: FitEvent[] = [];
  const result = await fit({
    engine,
    model,
    optimizer,
    schedule,
    train: images,
    validation: take(7)(images),
    pipeline: way,
    epochs: options.epochs ?? 2,
    batchSize: 4,
    // A thread takes longer to start than all of this.
    workers: options.workers ?? 0,
    key: key(1),
    start: { state: initialize(key(2))(declareState(declaration, optimizer)), progress: beginning },
    onEvent: (event) => events.push(event),
    save: (snapshot) => {
      saved.push(snapshot);
      return TE.fromTask(() => new Promise<void>((resolve) => setTimeout(resolve, options.saving ?? 0)));
    },
    ...(options.stop === undefined ? {} : { stop: options.stop }),
  })();
  return { result, saved, events, engine, ways };
};

test('every step draws from a key of its own', async () => {
  const { ways } = await run(constantSchedule(1e-3));
  expect(new Set(ways.map((way) => JSON.stringify(way))).size).toBe(12);
  expect(ways).toHaveLength(12);
});

test('every image is seen once an epoch, the ragged last batch too, and events come in order', async () => {
  const { result, events, saved } = await run(constantSchedule(1e-3));
  expect(E.isRight(result) && result.right.finished).toBe(true);
  const steps = events.filter((event) => event.kind === 'step');
  expect(steps.map(({ images: seen }) => seen)).toEqual([4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2]);
  expect(events.map(({ kind }) => kind)).toEqual([
    ...Array(6).fill('step'),
    'epoch',
    ...Array(6).fill('step'),
    'epoch',
  ]);
  expect(saved.map(({ progress: { epoch, history } }) => [epoch, history.length])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('the record of an epoch has the rate of its last step', async () => {
  const { events } = await run((step) => tf.mul(tf.add(step, 1), 1e-4));
  const rates = events.flatMap((event) => (event.kind === 'epoch' ? [event.record.learningRate] : []));
  expect(rates[0]).toBeCloseTo(6e-4, 9);
  expect(rates[1]).toBeCloseTo(12e-4, 9);
});

test('a loss that stops being a number ends the run at its step; the last snapshot that was saved is good', async () => {
  // The eighth update is infinite, so the ninth step measures nonsense.
  const { result, saved } = await run((step) => tf.where(tf.equal(step, 7), tf.scalar(Number.NaN), tf.scalar(1e-3)));
  expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'DivergedError', step: 9, epoch: 2 } });
  expect(saved).toHaveLength(1);
  expect(notFinite(saved[0]!.state)).toBeUndefined();
});

test('parameters that are no numbers are never saved, though the last loss was one', async () => {
  const { result, saved } = await run((step) => tf.where(tf.equal(step, 5), tf.scalar(Number.NaN), tf.scalar(1e-3)), {
    epochs: 1,
  });
  expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'DivergedError', step: 6, epoch: 1 } });
  expect(saved).toHaveLength(0);
});

test('asked to stop, it finishes the step, saves, and says how far it is', async () => {
  let asked = 0;
  const { result, saved, events } = await run(constantSchedule(1e-3), { stop: () => ++asked === 8 });
  expect(result).toMatchObject({ right: { finished: false, progress: { epoch: 1, batch: 2 } } });
  expect(saved.at(-1)!.progress).toMatchObject({ epoch: 1, batch: 2, sums: { images: 8 } });
  expect(events.at(-1)!.kind).toBe('stopped');
});

test('evaluation gives the same figures in any batch split', async () => {
  const { result, engine } = await run(constantSchedule(1e-3));
  if (E.isLeft(result)) throw new Error(result.left.message);
  const step = engine.compile(evaluationStep(model));
  const params = engine.fromHost(result.right.state.params);
  const inBatches = async (batchSize: number) =>
    figures(total(await orThrow(evaluate({ engine, step, params, images, pipeline: way, batchSize, workers: 0 }))));
  const whole = await inBatches(22);
  for (const size of [1, 5, 21]) {
    const split = await inBatches(size);
    expect(split.loss).toBeCloseTo(whole.loss, 6);
    expect([split.top1, split.top5]).toEqual([whole.top1, whole.top5]);
  }
});

test('threads change no bit of a run', async () => {
  const here = await run(constantSchedule(1e-3), { epochs: 4, workers: 0 });
  // Saving leaves the threads the time to start.
  const there = await run(constantSchedule(1e-3), { epochs: 4, workers: 2, saving: 300 });
  expect(E.isRight(here.result)).toBe(true);
  const bits = ({ result }: typeof here) => E.map(({ state }: Snapshot<Params>) => state)(result);
  expect(bits(there)).toEqual(bits(here));
});
