import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { declare, initialize, parameter } from '../../src/core/declaration.js';
import { float32, type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { ones } from '../../src/core/initializers.js';
import { fold, key } from '../../src/core/key.js';
import type { ParamsOf } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { customGradient } from '../../src/core/tfjs/custom-gradient.js';
import { entries, leaves, type Mask, map, mapSame, showPath } from '../../src/core/tree.js';
import type { Engine } from '../../src/engine/engine.js';
import { classifier, flatten, layerNorm, linear, patchTokens } from '../../src/layers/index.js';
import {
  accumulate,
  adamW,
  averageWeights,
  chain,
  classification,
  constantSchedule,
  declareState,
  evaluatedParams,
  freeze,
  type Optimizer,
  regression,
  scaleByAdam,
  scaleByLearningRate,
  type TrainState,
  trainStep,
} from '../../src/train/index.js';
import { bits, noise, tensorOf } from '../core/harness.js';
import { expectSame, right } from '../engine/engines.js';
import { engineTable } from '../support/engine-table.js';

const model = serial(
  named('tokens', patchTokens({ patch: 4, dim: 6 })),
  named('norm', layerNorm()),
  flatten,
  named('hidden', linear(8)),
  named('classifier', classifier(3)),
);
type Params = ParamsOf<typeof model>;
const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
const objective = orThrow(classification({ classes: 3 }));
const schedule = constantSchedule(0.01);
const plain = adamW({ schedule, weightDecay: 0.1, clip: 1 });

const batchOf = (seed: number, size: number) => ({
  input: noise(seed, [size, 8, 8, 1]),
  target: int32(
    [size],
    Array.from({ length: size }, (_, i) => (i + seed) % 3),
  ),
});

/** The state after each step, in host memory. */
const statesOf = async (
  engine: Engine,
  optimizer: Optimizer,
  batches: readonly ReturnType<typeof batchOf>[],
  start = initialize(key(1))(declareState<Params>(declaration, optimizer)),
) => {
  const step = engine.compile(trainStep({ model, objective, optimizer }), { donate: ['state', 'batch'] });
  const states: (typeof start)[] = [];
  let state = engine.fromHost<TrainState<Params>>(start);
  for (const [i, batch] of batches.entries()) {
    const made = await right(step({ state, batch: engine.fromHost(batch) }, fold(key(2), i)));
    state = made.state;
    states.push(await right(engine.toHost(state)));
  }
  return states;
};

const bitsOf = ({ data }: HostTensor): readonly number[] => [...new Uint32Array(data.slice().buffer)];
const pathsOf = (tree: unknown): readonly string[] => entries(tree).map(([path]) => showPath(path));
const engines = await Promise.all(engineTable.map(async ([name, make]) => [name, await right(make)] as const));
const [, reference] = engines[0]!;
const some = [batchOf(1, 6), batchOf(2, 6), batchOf(3, 6)];

describe.each(engines)('%s', (_, engine) => {
  const isBackbone: Mask = ([first]) => first !== 'classifier' && first !== 'hidden';
  const frozen = chain({ adamw: plain, freeze: freeze(isBackbone), average: averageWeights(0.5) });

  test('frozen parameters keep their bits, have no state, and the others are trained', async () => {
    const initial = initialize(key(1))(declareState<Params>(declaration, frozen));
    // 0 + −0 is 0: only what is left alone keeps a −0.
    const start = mapSame<HostTensor>((leaf, path) =>
      path.at(-1) === 'bias' ? { ...leaf, data: leaf.data.map(() => -0) } : leaf,
    )(initial);
    const last = (await statesOf(engine, frozen, some, start)).at(-1)!;
    for (const [i, [path, leaf]] of entries<HostTensor>(last.params).entries()) {
      const before = leaves<HostTensor>(start.params)[i]!;
      if (isBackbone(path)) expect(bitsOf(leaf), showPath(path)).toEqual(bitsOf(before));
      else expect(bitsOf(leaf), showPath(path)).not.toEqual(bitsOf(before));
    }
    const kept = pathsOf(last.optimizer);
    expect(kept).toContain('adamw/adam/mean/hidden/weight');
    expect(kept.filter((path) => /tokens|norm/.test(path))).toEqual([]);
    expectSame(last, (await statesOf(reference, frozen, some, start)).at(-1), { relative: 2e-4, absolute: 2e-6 });
  });

  test('freezing nothing changes no bit', async () => {
    const none = { ...plain, frozen: () => false };
    expect(await statesOf(engine, none, some)).toEqual(await statesOf(engine, plain, some));
  });

  test('everything may be frozen', async () => {
    const [only] = await statesOf(engine, chain({ plain, freeze: freeze(() => true) }), [batchOf(1, 6)]);
    expect(only!.params).toEqual(initialize(key(1))(declareState<Params>(declaration, plain)).params);
    expect(only!.step.data).toEqual(Int32Array.of(1));
  });

  test('averaging changes nothing in training; the average is that of a recurrence in double precision', async () => {
    const averaged = chain({ plain, average: averageWeights(0.4) });
    const states = await statesOf(engine, averaged, [...some, batchOf(4, 6), batchOf(5, 6), batchOf(6, 6), ...some]);
    const without = await statesOf(engine, chain({ plain }), [...some]);
    expectSame(states[2]!.params, without[2]!.params, { relative: 0, absolute: 0 });
    let average: readonly (readonly number[])[] = leaves<HostTensor>(states[0]!.params).map(({ data }) => [...data]);
    for (const [t, { params }] of states.entries()) {
      const decay = Math.min(0.4, t / (t + 9));
      average = leaves<HostTensor>(params).map(({ data }, leaf) =>
        [...data].map((now, i) => decay * average[leaf]![i]! + (1 - decay) * now),
      );
    }
    const kept = leaves<HostTensor>(evaluatedParams(averaged)(states.at(-1)!));
    for (const [leaf, { data }] of kept.entries())
      for (const [i, value] of data.entries()) expect(value).toBeCloseTo(average[leaf]![i]!, 6);
    expect(kept).not.toEqual(leaves(states.at(-1)!.params));
  });

  test('a few small batches, accumulated, update as the one large batch', async () => {
    const images = batchOf(7, 12);
    const parts = [0, 1, 2].map((part) => ({
      input: float32([4, 8, 8, 1], images.input.data.slice(part * 256, (part + 1) * 256)),
      target: int32([4], [...images.target.data.slice(part * 4, (part + 1) * 4)]),
    }));
    const inner = adamW({ schedule: (step) => tf.div(0.01, tf.add(step, 1)), weightDecay: 0.1, clip: 0.5 });
    const optimizer = accumulate(3, inner);
    const states = await statesOf(engine, optimizer, [...parts, ...parts]);
    const [, large] = await statesOf(engine, inner, [images, images]);
    expectSame(states[5]!.params, large!.params, { relative: 1e-4, absolute: 2e-6 });
    expectSame(states[5]!.optimizer.optimizer, large!.optimizer, { relative: 1e-3, absolute: 2e-6 });
    const start = initialize(key(1))(declareState<Params>(declaration, optimizer)).params;
    for (const i of [0, 1]) expect(states[i]!.params).toEqual(start);
    for (const i of [3, 4]) expect(states[i]!.params).toEqual(states[2]!.params);
    expect(states[2]!.params).not.toEqual(start);
    const sums = leaves<HostTensor>(states[5]!.optimizer.sum);
    expect(sums.every(({ data }) => data.every((value) => value === 0))).toBe(true);
  });
});

describe('the parts fit together', () => {
  test('the averages of a chain are found wherever the link stands, and frozen parameters are themselves', () => {
    const params = { a: { w: 1 }, b: [{ w: 2 }, { w: 3 }] };
    const isFrozen: Mask = (path) => showPath(path) === 'b/0/w';
    const optimizer = chain({
      freeze: freeze(isFrozen),
      inner: accumulate(2, chain({ adam: scaleByAdam(), average: averageWeights(0.9) })),
    });
    const state = { inner: { optimizer: { average: { weights: { a: { w: 10 }, b: [{}, { w: 30 }] } } } } };
    expect(evaluatedParams(optimizer)({ params, optimizer: state })).toEqual({
      a: { w: 10 },
      b: [{ w: 2 }, { w: 30 }],
    });
    expect(evaluatedParams(plain)({ params, optimizer: {} })).toBe(params);
  });

  test('of several averages, the last one counts', () => {
    const both = chain({ first: averageWeights(0.5), second: averageWeights(0.9) });
    expect(both.averages).toEqual(['second', 'weights']);
  });

  test('what any link freezes is frozen', () => {
    const optimizer = chain({
      one: freeze(([first]) => first === 'a'),
      inner: accumulate(2, chain({ two: freeze(([first]) => first === 'b') })),
    });
    expect(['a', 'b', 'c'].map((name) => optimizer.frozen?.([name]))).toEqual([true, true, false]);
    expect(chain({ plain }).frozen).toBeUndefined();
  });

  test('no gradient is computed for the sake of frozen parameters', () => {
    const differentiated: string[] = [];
    const counted = (name: string) =>
      customGradient({
        forward: (x: tf.Tensor) => ({ value: tf.mul(x, 2), saved: [] }),
        gradient: (dy) => {
          differentiated.push(name);
          return [tf.mul(dy, 2)];
        },
      });
    type Two = { readonly deep: tf.Tensor; readonly last: tf.Tensor };
    const two = {
      apply: ({ deep, last }: Two, x: tf.Tensor) => counted('last')(tf.mul(last, counted('deep')(tf.mul(deep, x)))),
    };
    const specs = { deep: parameter({ a: 2 }, ones), last: parameter({ a: 2 }, ones) };
    const change = (optimizer: Optimizer) => {
      const task = { model: two, objective: regression([2]), optimizer };
      const declared = declareState<Two>(declare(specs, { axes: ['batch'], sizes: [1] }), optimizer);
      const state = map<HostTensor, tf.Tensor>(tensorOf)(initialize(key(1))(declared)) as never;
      const x = tf.ones([3, 2]);
      return trainStep(task)({ state, batch: { input: x, target: x } }, key(1)).state.params;
    };
    const descent = scaleByLearningRate(schedule);
    const trained = change(chain({ descent, freeze: freeze(([name]) => name === 'deep') }));
    expect(differentiated).toEqual(['last']);
    expect(bits(trained.deep)).toEqual([1, 1]);
    expect(bits(trained.last)).not.toEqual([1, 1]);
    change(descent);
    expect(differentiated).toEqual(['last', 'last', 'deep']);
  });

  test('a rate factor below 0 is refused', async () => {
    const optimizer = scaleByLearningRate(schedule, () => -1);
    await expect(statesOf(reference, optimizer, [batchOf(1, 2)])).rejects.toThrow(/learning rate factor: expected/);
  });
});
