/** The laws of every optimizer and of every link. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialize, parameter } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { ones } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import { entries, leaves, map, showPath } from '../../src/core/tree.js';
import { chain, type Optimizer, type OptimizerState } from '../../src/train/index.js';
import { bits, noise, tensorOf } from '../core/harness.js';
import { expectSame, right } from '../engine/engines.js';
import { engineTable } from '../support/engine-table.js';
import { linkTable, optimizerTable } from '../support/optimizer-table.js';

const specs = {
  blocks: [{ weight: parameter({ in: 2, out: 3 }, ones) }, { offset: parameter({ out: 3 }, ones) }],
  temperature: parameter({}, ones),
};
const drawn = (seed: number) =>
  map<{ readonly shape: readonly number[] }, HostTensor>(({ shape }) => noise(seed, shape));
const tensors = map<HostTensor, tf.Tensor>(tensorOf);
const params = tensors(drawn(1)(specs));
const gradientAt = (step: number) => tensors(drawn(100 + step)(specs));
const declaredState = (optimizer: Optimizer): OptimizerState =>
  tensors(initialize(key(1))(optimizer.init(specs))) as unknown as OptimizerState;

const shapes = (tree: unknown): readonly (readonly [string, readonly number[]])[] =>
  entries<{ readonly shape: readonly number[] }>(tree)
    .map(([path, { shape }]) => [showPath(path), shape] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
const allBits = (...trees: readonly unknown[]) => leaves<tf.Tensor>(trees).map(bits);

/** Updates and state after each of three updates, as bits in the order of the leaves. */
const seen = (optimizer: Optimizer) => {
  let state = declaredState(optimizer);
  return [0, 1, 2].map((step) => {
    const next = optimizer.update(gradientAt(step), state, params, tf.scalar(step));
    state = next.state;
    return allBits(next.updates, next.state);
  });
};

const all = [...linkTable, ...optimizerTable];

describe.each(all)('%s', (_, optimizer) => {
  test('returns at every step the state that it declares and an update for every parameter', () => {
    const declared = shapes(optimizer.init(specs));
    let state = declaredState(optimizer);
    for (let step = 0; step < 3; step++) {
      const next = optimizer.update(gradientAt(step), state, params, tf.scalar(step));
      expect(shapes(next.state)).toEqual(declared);
      expect(shapes(next.updates)).toEqual(shapes(specs));
      state = next.state;
    }
  });

  test('is pure: the same arguments give the same bits and are not changed', () => {
    const given = { gradients: gradientAt(0), state: declaredState(optimizer), params, step: tf.scalar(4) };
    const before = allBits(given);
    const once = () => {
      const { updates, state } = optimizer.update(given.gradients, given.state, given.params, given.step);
      return allBits(updates, state);
    };
    expect(once()).toEqual(once());
    expect(allBits(given)).toEqual(before);
  });

  test('has the empty chain as neutral element on both sides, and is unchanged as the only link', () => {
    const nothing = chain({});
    const whole = seen(optimizer);
    for (const same of [
      chain({ only: optimizer }),
      chain({ nothing, last: optimizer }),
      chain({ first: optimizer, nothing }),
    ])
      expect(seen(same)).toEqual(whole);
  });
});

test('chains of any links are associative: updates and states', () => {
  const link = fc.constantFrom(...all);
  fc.assert(
    fc.property(link, link, link, ([, f], [, g], [, h]) => {
      const flat = seen(chain({ f, g, h }));
      expect(seen(chain({ f, last: chain({ g, h }) }))).toEqual(flat);
      expect(seen(chain({ first: chain({ f, g }), h }))).toEqual(flat);
    }),
    { numRuns: 30 },
  );
});

interface Landscape {
  readonly start: readonly number[];
  readonly loss: (at: readonly number[]) => number;
  readonly gradient: (at: readonly number[]) => readonly number[];
}

const parabola: Landscape = {
  start: [2, -1.5],
  loss: ([x, y]) => (x! - 0.5) ** 2 + 4 * (y! + 0.25) ** 2,
  gradient: ([x, y]) => [2 * (x! - 0.5), 8 * (y! + 0.25)],
};
/** A curved valley like Rosenbrock's, but less steep: its floor is y = x², its minimum (1, 1). */
const valley: Landscape = {
  start: [-1, 1.5],
  loss: ([x, y]) => (1 - x!) ** 2 + 3 * (y! - x! * x!) ** 2,
  gradient: ([x, y]) => [-2 * (1 - x!) - 12 * x! * (y! - x! * x!), 6 * (y! - x! * x!)],
};

const lossAfter = (optimizer: Optimizer, { start, loss, gradient }: Landscape, steps: number): number => {
  const at = { weight: tf.tensor1d([...start]) };
  let [place, state] = [
    at,
    tensors(initialize(key(1))(optimizer.init({ weight: parameter({ out: 2 }, ones) }))) as unknown as OptimizerState,
  ];
  for (let step = 0; step < steps; step++) {
    const slope = { weight: tf.tensor1d([...gradient(bits(place.weight))]) };
    const next = optimizer.update(slope, state, place, tf.scalar(step));
    place = { weight: tf.add(place.weight, next.updates.weight) as tf.Tensor1D };
    state = next.state;
  }
  return loss(bits(place.weight));
};

describe.each(optimizerTable)('%s descends', (_, optimizer) => {
  test.each([
    ['a parabola', parabola, 150],
    ['a bent valley', valley, 250],
  ])('%s', (__, landscape, steps) => {
    expect(lossAfter(optimizer, landscape, steps)).toBeLessThan(0.01 * landscape.loss(landscape.start));
  });
});

test('every optimizer computes the same on every engine', async () => {
  const step = (args: {
    readonly gradients: typeof params;
    readonly state: Readonly<Record<string, OptimizerState>>;
  }) =>
    Object.fromEntries(
      optimizerTable.map(([name, optimizer]) => [
        name,
        optimizer.update(args.gradients, args.state[name]!, args.gradients, tf.scalar(3)),
      ]),
    );
  const state = Object.fromEntries(
    optimizerTable.map(([name, optimizer]) => [name, drawn(7)(optimizer.init(specs))] as const),
  );
  // Values under a root, such as variances, are never negative.
  const hosts = {
    gradients: drawn(8)(specs),
    state: map<HostTensor, HostTensor>((leaf) => ({ ...leaf, data: leaf.data.map(Math.abs) }))(state),
  };
  const results: unknown[] = [];
  for (const [, make] of engineTable) {
    const engine = await right(make);
    const args = engine.fromHost(hosts) as never;
    results.push(await right(engine.toHost(await right(engine.compile(step)(args)))));
  }
  for (const result of results.slice(1)) expectSame(result, results[0], { relative: 2e-6, absolute: 1e-9 });
});
