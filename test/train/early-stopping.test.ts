import { describe, expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { take } from '../../src/data/index.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { classifier, flatten, patches } from '../../src/layers/index.js';
import {
  bestEpoch,
  classification,
  constantSchedule,
  type EarlyStopping,
  type EpochRecord,
  earlyEnd,
  type FitEvent,
  fit,
  type Snapshot,
  scaleByLearningRate,
} from '../../src/train/index.js';
import { left } from '../core/harness.js';
import { adapted, right, someImages } from '../data/fixtures.js';

const history = (...values: readonly (number | undefined)[]): readonly EpochRecord[] =>
  values.map((value, i) => ({
    epoch: i + 1,
    train: {},
    seconds: 1,
    ...(value === undefined ? {} : { validation: { top1: value } }),
  }));

const highest: EarlyStopping = { metric: 'top1', best: 'highest', patience: 2 };

test.each([
  [[0.1, 0.3, 0.2], 2],
  [[0.3, 0.3, 0.3], 1],
  [[Number.NaN, 0.1], 2],
  [[undefined, 0.1, Number.NaN], 2],
  [[], undefined],
  [[Number.NaN, undefined], undefined],
])('of %j the best epoch is %j', (values, expected) => {
  expect(bestEpoch(highest)(history(...values))?.epoch).toBe(expected);
});

test.each<readonly [readonly number[], 'highest' | 'lowest', number, object | undefined]>([
  [[0.1, 0.2, 0.3], 'highest', 2, undefined],
  [[0.3, 0.2], 'highest', 2, undefined],
  [[0.3, 0.2, 0.1], 'highest', 2, { epoch: 3, best: 1 }],
  [[0.3, 0.3, 0.3], 'highest', 2, { epoch: 3, best: 1 }],
  [[0.3, 0.2, 0.31, 0.1], 'highest', 2, undefined],
  [[0.3, 0.2, 0.31, 0.1, 0.2], 'highest', 2, { epoch: 5, best: 3 }],
  [[0.3, 0.2, 0.1], 'lowest', 1, undefined],
  [[0.3, 0.2, 0.25], 'lowest', 1, { epoch: 3, best: 2 }],
])('%j, best %s, patience %d: %j', (values, best, patience, expected) => {
  expect(earlyEnd({ metric: 'top1', best, patience })(history(...values))).toEqual(expected);
});

describe('a run', () => {
  const images = someImages(12, 4, 4, 1);
  const model = serial(patches(2), flatten, named('classifier', classifier(10)));
  const engine = jit({ threads: 1 });
  const objective = orThrow(classification({ classes: 10 }));
  const { params } = initialize(key(1))({
    params: orThrow(model.init(imageShape({ height: 4, width: 4, channels: 1 }))).params,
  });
  type State = Snapshot<typeof params>;

  /** Nothing is learned, so no epoch is better than the first. */
  const run = async (patience: number | undefined, more: object = {}) => {
    const events: FitEvent[] = [];
    const saved: unknown[] = [];
    const end = await fit({
      engine: await orThrow(engine),
      model,
      objective,
      optimizer: scaleByLearningRate(constantSchedule(0)),
      train: images,
      validation: right(take(6)(images)),
      pipeline: adapted([{ kind: 'normalize' }], images),
      epochs: 6,
      batchSize: 6,
      workers: 0,
      key: key(1),
      start: { params },
      ...(patience === undefined ? {} : { earlyStopping: { metric: 'top1', best: 'highest', patience } as const }),
      onEvent: (event) => {
        events.push(event);
      },
      ...more,
    })();
    return { end, events, saved };
  };
  const endsOf = (events: readonly FitEvent[]) => events.filter(({ kind }) => kind === 'early-end');

  test('ends early, finished, and says so after the record of its last epoch', async () => {
    const { end, events } = await run(3);
    expect(orThrow(end)).toMatchObject({ finished: true, progress: { epoch: 4, batchesDone: 0 } });
    expect(orThrow(end).progress.history).toHaveLength(4);
    expect(events.slice(-2).map(({ kind }) => kind)).toEqual(['epoch', 'early-end']);
    expect(endsOf(events)).toEqual([{ kind: 'early-end', epoch: 4, best: 1 }]);
  });

  test('goes to its last epoch without it, and where patience is longer', async () => {
    for (const patience of [undefined, 5, 6]) {
      const { end, events } = await run(patience);
      expect(orThrow(end).progress.epoch).toBe(6);
      expect(endsOf(events)).toEqual([]);
    }
  });

  test.each([1, 2, 5, 7, 8])('that is stopped after %i steps and resumed ends at the same epoch', async (steps) => {
    let calls = 0;
    const part = orThrow((await run(3, { stop: () => ++calls === steps })).end);
    const { end, events } = await run(3, { start: part as State });
    const whole = orThrow((await run(3)).end);
    expect(orThrow(end).state).toEqual(whole.state);
    expect(orThrow(end).progress.history).toHaveLength(4);
    expect(endsOf(events)).toEqual([{ kind: 'early-end', epoch: 4, best: 1 }]);
  });

  test('that ended early and is resumed trains no further', async () => {
    const whole = orThrow((await run(3)).end);
    const { end, events } = await run(3, { start: whole as State });
    expect(events.map(({ kind }) => kind)).toEqual(['early-end']);
    expect(orThrow(end).progress).toEqual(whole.progress);
  });

  test.each([
    [
      { metric: 'top9', best: 'highest', patience: 1 },
      {},
      'earlyStopping.metric',
      /one of loss, top1, top5, got 'top9'/,
    ],
    [highest, { validation: undefined }, 'earlyStopping', /images to validate on/],
    [highest, { validation: { ...images, count: 0 } }, 'earlyStopping', /images to validate on/],
    [{ ...highest, patience: 0 }, {}, 'earlyStopping.patience', /whole number/],
    [{ ...highest, best: 'last' }, {}, 'earlyStopping.best', /'highest', 'lowest'/],
  ])('with %j refuses what cannot be', async (earlyStopping, more, field, message) => {
    const { end, events } = await run(1, { earlyStopping, ...more });
    expect(left(end)).toMatchObject({ _tag: 'ConfigError', field, problem: expect.stringMatching(message) });
    expect(events).toEqual([]);
  });
});
