import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { type Images, imageShape, type Logits, type Tensor } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import type { ParamsOf } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { leaves } from '../../src/core/tree.js';
import { type ImageSource, subset, take } from '../../src/data/index.js';
import { eager } from '../../src/engine/eager/eager.js';
import type { Engine } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { classifier, dropout, flatten, layerNorm, patchTokens } from '../../src/layers/index.js';
import { fileError } from '../../src/node/files.js';
import {
  adamW,
  beginning,
  type ClassificationTarget,
  chain,
  classification,
  constantSchedule,
  declareState,
  evaluate,
  type FitEvent,
  type FitOptions,
  fit,
  notFinite,
  type Optimizer,
  type Schedule,
  type Snapshot,
  scaleByAdam,
} from '../../src/train/index.js';
import { left } from '../core/harness.js';
import { adapted, right, someImages } from '../data/fixtures.js';
import { collected } from '../support/collected.js';

const images = someImages(22, 8, 8, 1);
const validation = orThrow(take(7)(images));
const model = serial(
  named('tokens', patchTokens({ patch: 4, dim: 6 })),
  named('norm', layerNorm()),
  flatten,
  named('dropout', dropout(0.2)),
  named('classifier', classifier(10)),
);
const objective = orThrow(classification({ classes: 10 }));
const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
const params = initialize(key(2))(declaration.params);
const pipeline = adapted([{ kind: 'normalize' }, { kind: 'flip' }], images);

type Params = ParamsOf<typeof model>;
type Names = 'loss' | 'top1' | 'top5';
type Options = FitOptions<Params, Tensor<Images>, Tensor<Logits>, ClassificationTarget, Names>;

const jitEngine = await orThrow(jit({ threads: 1 }));
const eagerEngine = await orThrow(eager('cpu'));

/** Records the key path of every step (only steps donate), and the states that are copied to the host. */
const watched = (engine: Engine, keyPaths: unknown[], fetched: unknown[]): Engine => ({
  ...engine,
  compile: (f, options) => {
    const compiled = engine.compile(f, options);
    return (args, ...stepKey) => {
      if (options?.donate !== undefined) keyPaths.push(stepKey[0]?.path);
      return compiled(args, ...stepKey);
    };
  },
  toHost: (given) => {
    if (typeof given === 'object' && given !== null && 'params' in given) fetched.push(given);
    return engine.toHost(given);
  },
});

const adamWith = (schedule: Schedule): Optimizer => adamW({ schedule, weightDecay: 0.01 });
const optimizer = adamWith(constantSchedule(1e-3));

/** Runs `fit` with small defaults, and collects its calls and events. */
const run = async (more: Partial<Options> = {}, saving = 0) => {
  const keyPaths: unknown[] = [];
  const fetched: unknown[] = [];
  const saved: Snapshot<Params>[] = [];
  const events: FitEvent<Names>[] = [];
  const result = await fit<Params, Tensor<Images>, Tensor<Logits>, ClassificationTarget, Names>({
    model,
    objective,
    optimizer,
    train: images,
    validation,
    pipeline,
    epochs: 2,
    batchSize: 4,
    // Starting a thread would take longer than the whole run.
    workers: 0,
    key: key(1),
    start: { params },
    save: (snapshot) => {
      saved.push(snapshot);
      return TE.fromTask(() => new Promise<void>((resolve) => setTimeout(resolve, saving)));
    },
    ...more,
    engine: watched(more.engine ?? jitEngine, keyPaths, fetched),
    onEvent: (event) => {
      events.push(event);
      more.onEvent?.(event);
    },
  })();
  return { result, saved, events, keyPaths, fetched };
};
type Run = Awaited<ReturnType<typeof run>>;

const fitted = ({ result }: Run) => orThrow(result);
const recordsOf = ({ events }: Run) => events.flatMap((event) => (event.kind === 'epoch' ? [event.record] : []));
/** Stops after this many steps. */
const afterSteps = (steps: number) => {
  let calls = 0;
  return () => ++calls === steps;
};
/** The history without durations. */
const historyOf = ({ progress }: Snapshot<Params>) => progress.history.map(({ seconds: _, ...record }) => record);

describe('an epoch', () => {
  test('sees every image once, also in a smaller last batch; events come in order, and each epoch is saved', async () => {
    const seen: number[] = [];
    const watchedImages: ImageSource = {
      ...images,
      image: (index) => {
        seen.push(index);
        return images.image(index);
      },
    };
    const all = await run({ train: watchedImages, validation: undefined });
    expect(fitted(all).finished).toBe(true);
    const everyImage = Array.from({ length: 22 }, (_, i) => i);
    // First, the fingerprint of the images is taken, in order.
    expect(seen.slice(0, 22)).toEqual(everyImage);
    const [first, second] = [seen.slice(22, 44), seen.slice(44)];
    expect([...first].sort((a, b) => a - b)).toEqual(everyImage);
    expect([...second].sort((a, b) => a - b)).toEqual(everyImage);
    expect(first).not.toEqual(everyImage);
    expect(second).not.toEqual(first);
  });

  test('is a step for each batch, then the validation and its record', async () => {
    const { result, events, saved } = await run();
    expect(E.isRight(result) && result.right.finished).toBe(true);
    const steps = events.flatMap((event) => (event.kind === 'step' ? [event] : []));
    expect(steps.map(({ examples }) => examples)).toEqual([4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2]);
    expect(steps.map(({ epoch, batch }) => [epoch, batch])).toEqual(
      [1, 2].flatMap((epoch) => [1, 2, 3, 4, 5, 6].map((batch) => [epoch, batch])),
    );
    expect(new Set(steps.map(({ epochs, batches }) => `${epochs} ${batches}`))).toEqual(new Set(['2 6']));
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

  test('reports each batch, and the mean over the images so far', async () => {
    const { events } = await run({ epochs: 1 });
    let [sum, count] = [0, 0];
    for (const event of events) {
      if (event.kind !== 'step') continue;
      sum += event.metrics.loss * event.examples;
      count += event.examples;
      expect(event.epochMetrics.loss).toBeCloseTo(sum / count, 5);
    }
    const [record] = events.flatMap((event) => (event.kind === 'epoch' ? [event.record] : []));
    expect(record!.train.loss).toBeCloseTo(sum / 22, 5);
  });

  test('draws from a different key in every step', async () => {
    const { keyPaths } = await run();
    expect(new Set(keyPaths.map((path) => JSON.stringify(path))).size).toBe(12);
    expect(keyPaths).toHaveLength(12);
  });

  test('validates as evaluate does', async () => {
    const all = await run();
    const { summary } = orThrow(
      await evaluate({
        engine: jitEngine,
        model,
        objective,
        params: jitEngine.fromHost(fitted(all).state.params),
        source: validation,
        pipeline,
        batchSize: 4,
        workers: 0,
      })(),
    );
    expect(recordsOf(all)[1]!.validation).toEqual(summary);
  });

  test('has no validation without validation images', async () => {
    const none: ImageSource = { ...images, count: 0 };
    for (const validation_ of [undefined, none]) {
      const records = recordsOf(await run({ validation: validation_ }));
      expect(records).toHaveLength(2);
      for (const record of records) expect(record).not.toHaveProperty('validation');
    }
  });
});

describe('the learning rate', () => {
  test('in the record of an epoch is that of its last step', async () => {
    const rising = adamWith((step) => tf.mul(tf.add(step, 1), 1e-4));
    const all = await run({ optimizer: rising });
    const rates = recordsOf(all).map(({ learningRate }) => learningRate);
    expect(rates[0]).toBeCloseTo(6e-4, 9);
    expect(rates[1]).toBeCloseTo(12e-4, 9);
    const ofSteps = all.events.flatMap((event) => (event.kind === 'step' ? [event.learningRate] : []));
    for (const [i, rate] of ofSteps.entries()) expect(rate).toBeCloseTo(1e-4 * (i + 1), 9);
  });

  test('is missing if the optimizer reports none', async () => {
    const all = await run({ optimizer: chain({ adam: scaleByAdam() }), epochs: 1 });
    expect(recordsOf(all)).toHaveLength(1);
    for (const record of recordsOf(all)) expect(record).not.toHaveProperty('learningRate');
    for (const event of all.events) expect(event).not.toHaveProperty('learningRate');
  });

  test('is in the record of an epoch that was stopped after its last step and resumed', async () => {
    const rising = adamWith((step) => tf.mul(tf.add(step, 1), 1e-4));
    const part = fitted(await run({ optimizer: rising, stop: afterSteps(6) }));
    expect(part.progress).toMatchObject({ epoch: 0, batchesDone: 6 });
    const [record] = recordsOf(await run({ optimizer: rising, start: part }));
    expect(record!.learningRate).toBeCloseTo(6e-4, 9);
  });
});

describe('a run that is stopped', () => {
  test('finishes the step, saves, and reports its progress', async () => {
    const { result, saved, events } = await run({ stop: afterSteps(8) });
    expect(result).toMatchObject({ right: { finished: false, progress: { epoch: 1, batchesDone: 2 } } });
    expect(saved.at(-1)!.progress).toMatchObject({ epoch: 1, batchesDone: 2, totals: { examples: 8 } });
    expect(events.at(-1)!.kind).toBe('stopped');
  });

  const whole = run({ epochs: 3 });
  const wholeWithout = run({ epochs: 3, validation: undefined });
  test.each([
    ['in the middle of an epoch', 3],
    ['after the first step', 1],
    ['at the end of an epoch', 6],
    ['after an epoch', 7],
    ['at the end of the second epoch', 12],
    ['just before the end', 17],
    ['after the last step', 18],
  ])('and resumed %s ends with the same bits and the same history', async (_, steps) => {
    for (const [more, uninterrupted] of [
      [{}, whole],
      [{ validation: undefined }, wholeWithout],
    ] as const) {
      const part = fitted(await run({ epochs: 3, stop: afterSteps(steps), ...more }));
      const reference = fitted(await uninterrupted);
      const rest = fitted(await run({ epochs: 3, start: part, ...more }));
      expect(rest.finished).toBe(true);
      expect(rest.state).toEqual(reference.state);
      expect(historyOf(rest)).toEqual(historyOf(reference));
      expect(historyOf(rest)).toHaveLength(3);
    }
  });

  test('and resumed from its last snapshot after the end does nothing', async () => {
    const end = fitted(await whole);
    const again = await run({ epochs: 3, start: end });
    expect(again.keyPaths).toEqual([]);
    expect(again.events).toEqual([]);
    expect(fitted(again)).toEqual(end);
  });

  test('and resumed counts the seconds of the whole epoch', async () => {
    const slow = () => {
      const until = performance.now() + 60;
      while (performance.now() < until);
    };
    const common = { epochs: 1, validation: undefined, onEvent: slow };
    const part = fitted(await run({ ...common, stop: afterSteps(4) }));
    expect(part.progress.seconds).toBeGreaterThan(4 * 0.06);
    const rest = fitted(await run({ ...common, start: part }));
    const { seconds } = rest.progress.history[0]!;
    expect(seconds).toBeGreaterThan(6 * 0.06);
    expect(seconds).toBeGreaterThan(part.progress.seconds + 2 * 0.06);
  });
});

describe('a run that is resumed', () => {
  const stopped = run({ stop: afterSteps(3) });
  const warningsOf = ({ events }: Run) => events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
  const other = someImages(23, 8, 8, 1);

  test('as it began says nothing', async () => {
    const start = fitted(await stopped);
    expect(start.origin?.data).toMatchObject({ training: expect.any(String), validation: expect.any(String) });
    expect(warningsOf(await run({ start }))).toEqual([]);
  });

  test.each<readonly [string, Partial<Options>, string]>([
    ['other training images', { train: other }, 'the training images, their labels or their order'],
    ['other validation images', { validation: right(take(5)(other)) }, 'the validation images'],
    [
      'the images in another order',
      { train: right(subset(Array.from({ length: 22 }, (_, i) => 21 - i))(images)) },
      'order',
    ],
  ])('with %s is refused, unless that is accepted', async (_, changes, message) => {
    const start = fitted(await stopped);
    const { result, events } = await run({ start, ...changes });
    const error = left(result);
    expect(error._tag).toBe('ConfigError');
    expect(error.message).toContain(message);
    expect(error.message).toContain('acceptChangedData: true');
    expect(events).toEqual([]);

    const accepted = await run({ start, ...changes, acceptChangedData: true });
    expect(fitted(accepted).finished).toBe(true);
    expect(warningsOf(accepted)).toEqual([expect.stringMatching(/^As accepted, the .* images/)]);
    // From now on these are the images of the run.
    expect(warningsOf(await run({ epochs: 3, start: fitted(accepted), ...changes }))).toEqual([]);
  });

  test.each<readonly [string, Partial<Options>, RegExp]>([
    ['another engine', { engine: { ...jitEngine, name: 'another' } }, /began on jit .* and resumes on another:/],
    [
      'another number of threads',
      { engine: { ...jitEngine, threads: 3 } },
      /with 1 thread and resumes .* with 3 threads/,
    ],
    [
      'another memory budget',
      { engine: { ...jitEngine, description: { ...jitEngine.description, memory: 1e9 } } },
      /began on jit .* and a memory budget of .* and resumes on jit .* and a memory budget of 1\.00 GB/,
    ],
    ['other transforms', { pipeline: adapted([{ kind: 'normalize' }], images) }, /\(transforms\)/],
  ])('with %s says so', async (_, changes, message) => {
    const warnings = warningsOf(await run({ start: fitted(await stopped), ...changes }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
  });

  test.each<readonly [string, Partial<Options>]>([
    ['batch size', { batchSize: 5 }],
    ['key', { key: key(2) }],
  ])('with another %s is refused in the middle of an epoch, and said between epochs', async (name, changes) => {
    const within = await run({ start: fitted(await stopped), ...changes });
    expect(left(within.result)).toMatchObject({
      _tag: 'ConfigError',
      field: 'start',
      problem: expect.stringContaining(`another ${name} than this run began with, in the middle of an epoch`),
    });
    const between = fitted(await run({ epochs: 1 }));
    expect(warningsOf(await run({ start: between, ...changes }))).toEqual([
      expect.stringContaining(`other settings than it began with (${name})`),
    ]);
  });

  test('on another processor, or by another version, says so', async () => {
    const { origin, ...start } = fitted(await stopped);
    if (origin === undefined) throw new Error('expected an origin');
    const began = { ...start, origin: { ...origin, processor: 'Another CPU', version: '0.0.1' } };
    expect(warningsOf(await run({ start: began }))[0]).toMatch(/began on (Another CPU, )?vitrail 0\.0\.1 and resumes/);
  });

  test('from a snapshot without an origin is not compared', async () => {
    const { origin: _, ...start } = fitted(await stopped);
    expect(warningsOf(await run({ start, train: other }))).toEqual([]);
  });
});

describe('training that diverges', () => {
  const nanAt = (at: number): Optimizer =>
    adamWith((step) => tf.where(tf.equal(step, at), tf.scalar(Number.NaN), tf.scalar(1e-3)));

  test('ends at the step whose loss is not finite; the last saved snapshot is good', async () => {
    // The eighth update is NaN, so the loss of the ninth step is.
    const { result, saved } = await run({ optimizer: nanAt(7) });
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'DivergedError', step: 9, epoch: 2 } });
    expect(saved).toHaveLength(1);
    expect(notFinite(saved[0]!.state)).toBeUndefined();
  });

  test('never saves parameters that are not finite, even after a finite loss', async () => {
    const { result, saved } = await run({ optimizer: nanAt(5), epochs: 1, validation: undefined });
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'DivergedError', step: 6, epoch: 1 } });
    expect(saved).toHaveLength(0);
  });

  test('ends if the validation loss is not finite, and does not save that epoch', async () => {
    const bright: ImageSource = {
      ...validation,
      image: (index) => ({ ...validation.image(index), data: new Float32Array(64).fill(Number.POSITIVE_INFINITY) }),
    };
    const { result, saved, events } = await run({ validation: bright });
    const error = left(result);
    expect(error).toMatchObject({ _tag: 'DivergedError', step: 6, epoch: 1 });
    expect(error.message).toMatch(/validation loss/);
    expect(saved).toHaveLength(0);
    expect(events.map(({ kind }) => kind)).toEqual(Array(6).fill('step'));
  });
});

describe('what cannot be trained is an error', () => {
  test.each([0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('a batch size of %d', async (batchSize) => {
    const { result, keyPaths } = await run({ batchSize });
    expect(left(result)).toMatchObject({ _tag: 'ConfigError', field: 'batchSize' });
    expect(keyPaths).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN])('%d epochs', async (epochs) => {
    const { result, keyPaths } = await run({ epochs });
    expect(left(result)).toMatchObject({ _tag: 'ConfigError', field: 'epochs' });
    expect(keyPaths).toEqual([]);
  });

  test('no images', async () => {
    const { result } = await run({ train: { ...images, count: 0 } });
    expect(left(result)).toMatchObject({ _tag: 'ConfigError', field: 'train' });
  });

  test('labels outside the classes of the objective, before any step', async () => {
    const three = orThrow(classification({ classes: 3 }));
    const { result, keyPaths, saved } = await run({ objective: three, batchSize: 22 });
    expect(left(result)).toMatchObject({ _tag: 'TargetError', expected: 'a class in 0…2' });
    expect([keyPaths, saved]).toEqual([[], []]);
  });

  test('evaluation with a batch size of 0, and of labels outside the classes', async () => {
    const evaluated = (more: object) =>
      evaluate({
        ...{ engine: jitEngine, model, objective, source: validation, pipeline, batchSize: 4, workers: 0 },
        params: jitEngine.fromHost(params),
        ...more,
      })();
    expect(left(await evaluated({ batchSize: 0 }))).toMatchObject({ _tag: 'ConfigError', field: 'batchSize' });
    expect(left(await evaluated({ batchSize: Number.NaN }))).toMatchObject({ _tag: 'ConfigError', field: 'batchSize' });
    const three = orThrow(classification({ classes: 3 }));
    expect(left(await evaluated({ objective: three }))).toMatchObject({ _tag: 'TargetError' });
  });
});

describe('the state', () => {
  test('is copied to the host once, at the end, without save; with save, after every epoch', async () => {
    const without = await run({ epochs: 3, save: undefined as never });
    expect(without.fetched).toHaveLength(1);
    expect((await run({ epochs: 3 })).fetched).toHaveLength(3);
  });

  test('starts at the parameters with a new optimizer state, or at a snapshot', async () => {
    const state = { ...initialize(key(3))(declareState(declaration, optimizer)), params };
    const fromSnapshot = fitted(await run({ start: { state, progress: beginning } }));
    expect(fitted(await run()).state).toEqual(fromSnapshot.state);
  });

  const throwing = (kind: FitEvent['kind']) => (event: FitEvent<Names>) => {
    if (event.kind === kind) throw new Error('thrown by the caller');
  };
  const unreadable: ImageSource = {
    ...images,
    image: (index) => (index === 7 ? { ...images.image(index), data: new Float32Array(3) } : images.image(index)),
  };
  const endings: readonly (readonly [string, Partial<Options>, outcome: string])[] = [
    ['finishes', {}, 'finished'],
    ['is stopped', { stop: () => true }, 'stopped'],
    [
      'diverges',
      { optimizer: adamWith((step) => tf.where(tf.equal(step, 1), tf.scalar(Number.NaN), tf.scalar(1e-3))) },
      'DivergedError',
    ],
    ['cannot read an image', { train: unreadable }, 'BatchError'],
    ['meets a label that is not a class', { objective: orThrow(classification({ classes: 3 })) }, 'TargetError'],
    ['cannot save', { save: () => TE.left(fileError('there', 'no room')) }, 'FileError'],
    ['has a caller that throws at a step', { onEvent: throwing('step') }, 'thrown by the caller'],
    ['has a caller that throws at an epoch', { onEvent: throwing('epoch') }, 'thrown by the caller'],
  ];

  test.each(endings)('is freed when the run %s', async (_, more, outcome) => {
    await run({ engine: eagerEngine, epochs: 1 });
    await collected();
    const before = tf.memory().numTensors;
    const ended = await run({ engine: eagerEngine, epochs: 1, ...more }).then(
      ({ result }) =>
        E.match(
          ({ _tag }: { readonly _tag: string }) => _tag,
          ({ finished }: { readonly finished: boolean }) => (finished ? 'finished' : 'stopped'),
        )(result),
      (thrown: Error) => thrown.message,
    );
    expect(ended).toBe(outcome);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('evaluation does not depend on the batch size, and returns the images in order', async () => {
  const state = fitted(await run()).state;
  const inBatches = async (batchSize: number) =>
    orThrow(
      await evaluate({
        ...{ engine: jitEngine, model, objective, source: images, pipeline, batchSize, workers: 0 },
        params: jitEngine.fromHost(state.params),
      })(),
    );
  const whole = await inBatches(22);
  expect(whole.totals.examples).toBe(22);
  expect(whole.examples.top1.total).toHaveLength(22);
  for (const size of [1, 5, 21]) {
    const split = await inBatches(size);
    expect(split.summary.loss).toBeCloseTo(whole.summary.loss, 6);
    expect([split.summary.top1, split.summary.top5]).toEqual([whole.summary.top1, whole.summary.top5]);
    expect(split.examples.top1).toEqual(whole.examples.top1);
    for (const [i, loss] of split.examples.loss.total!.entries())
      expect(loss).toBeCloseTo(whole.examples.loss.total![i]!, 5);
  }
});

test('the metrics of no images are NaN', async () => {
  const { summary, totals, examples } = orThrow(
    await evaluate({
      ...{ engine: jitEngine, model, objective, pipeline, batchSize: 4, workers: 0 },
      source: { ...images, count: 0 },
      params: jitEngine.fromHost(params),
    })(),
  );
  expect(totals.examples).toBe(0);
  expect(summary).toEqual({ loss: Number.NaN, top1: Number.NaN, top5: Number.NaN });
  expect(leaves(examples)).toEqual([]);
});

test('threads do not change the bits of a run', async () => {
  const here = await run({ epochs: 4, workers: 0 });
  for (const workers of [1, 2]) {
    // Saving gives the threads time to start.
    const there = await run({ epochs: 4, workers }, 300);
    expect(fitted(there).state).toEqual(fitted(here).state);
    expect(historyOf(fitted(there))).toEqual(historyOf(fitted(here)));
  }
});
