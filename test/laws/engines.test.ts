/** The laws of every engine. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bernoulli, normal, uniform } from '../../src/core/draws.js';
import { float32, type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { fold, type Key, key } from '../../src/core/key.js';
import { leaves } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import type { Engine, Values } from '../../src/engine/engine.js';
import { expectError, expectSame, left, right, through } from '../engine/engines.js';
import { stepArgs, trainingStep } from '../engine/training-step.js';
import { collected } from '../support/collected.js';
import { engineTable } from '../support/engine-table.js';

const engines: readonly (readonly [string, Engine])[] = await Promise.all(
  engineTable.map(async ([name, make]) => [name, await right(make)] as const),
);
const reference = engines[0]![1];

interface Args {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

const hosts = { x: float32([2, 2], [1, 2, 3, 4]), y: float32([2], [5, 6]) };
const sizes = { batch: 3, tokens: 5, inputs: 6, width: 8, heads: 2, blocks: 2, classes: 4 };

// The type checker rejects some of these; in the others it cannot see what is wrong.
const invalid: readonly (readonly [string, () => HostTensor, RegExp])[] = [
  [
    'data shorter than the shape',
    () => float32([2, 2], [1, 2, 3]),
    /has the shape \[2,2\]: expected 4 elements of data, got 3/,
  ],
  [
    'data longer than the shape',
    () => float32([2, 2], new Float32Array(5)),
    /has the shape \[2,2\]: expected 4 elements of data, got 5/,
  ],
  ['no data', () => float32([2, 2], []), /has the shape \[2,2\]: expected 4 elements of data, got 0/],
  ['data for an empty shape', () => float32([0], [1]), /has the shape \[0\]: expected 0 elements of data, got 1/],
  [
    'whole numbers as float32',
    () => ({ dtype: 'float32', shape: [2, 2], data: new Int32Array(4) }),
    /is float32 but its data is not: expected a Float32Array, got Int32Array/,
  ],
  [
    'floats as bool',
    () => ({ dtype: 'bool', shape: [2, 2], data: new Float32Array(4) }),
    /is bool but its data is not: expected a Uint8Array, got Float32Array/,
  ],
  ['a size that is not a whole number', () => float32([0.5, 4], [1, 2]), /has the shape \[0.5,4\]: expected sizes/],
];

describe.each(engines)('%s', (_, engine) => {
  test('has at least one thread', () => {
    expect(engine.threads).toBeGreaterThanOrEqual(1);
    expect(Number.isInteger(engine.threads)).toBe(true);
  });

  test.each(invalid)('%s is an error before anything runs', async (_, make, message) => {
    const x = make();
    let runs = 0;
    const double = engine.compile(
      (args: { readonly batch: { readonly x: tf.Tensor; readonly y: tf.Tensor } }) => {
        runs++;
        return tf.add(tf.sum(args.batch.x), tf.sum(args.batch.y));
      },
      { donate: ['batch'] },
    );
    const good = { x: hosts.x, y: hosts.x };
    expect(await right(engine.toHost(await right(double(engine.fromHost({ batch: good })))))).toEqual(
      float32([], [20]),
    );
    const before = runs;
    const bad = engine.fromHost({ batch: { x, y: hosts.x } });
    await expectError(double(bad), 'invalid-value', new RegExp(`^batch/x ${message.source}.*fromHost$`));
    await expectError(engine.toHost(bad), 'invalid-value', new RegExp(`^batch/x ${message.source}.*fromHost$`));
    expect(runs).toBe(before);
    // Nothing was donated, and the failed call does not affect the next one.
    expect(await right(engine.toHost(bad.batch.y))).toEqual(hosts.x);
    expect(await right(engine.toHost(await right(double(engine.fromHost({ batch: good })))))).toEqual(
      float32([], [20]),
    );
    engine.dispose(bad);
  });

  test('the error for a single invalid host tensor calls it the argument', async () => {
    const value = engine.fromHost({ dtype: 'float32', shape: [2], data: new Float32Array(3) });
    expect(value).toEqual({ dtype: 'float32', shape: [2] });
    await expectError(engine.toHost(value), 'invalid-value', /^the argument has the shape \[2\]: expected 2 elements/);
  });

  test('toHost returns what fromHost was given, and neither shares memory with the engine', async () => {
    const given = float32([3], Float32Array.of(1, 2, 3));
    const tree = { a: given, b: [int32([2], [4, 5])] };
    const values = engine.fromHost(tree);
    given.data[0] = 99;
    expect(values.a).toEqual({ shape: [3], dtype: 'float32' });
    const back = await right(engine.toHost(values));
    expect(back).toEqual({ a: float32([3], [1, 2, 3]), b: [int32([2], [4, 5])] });
    back.a.data[1] = 99;
    expect((await right(engine.toHost(values))).a).toEqual(float32([3], [1, 2, 3]));
  });

  test('arguments keep their bits', async () => {
    const args = engine.fromHost(stepArgs(sizes));
    const before = await right(engine.toHost(args));
    await right(engine.compile(trainingStep(sizes))(args as Values<never>, key(1)));
    expect(await right(engine.toHost(args))).toEqual(before);
  });

  test('the same arguments and key give the same bits in every call', async () => {
    const args = engine.fromHost(stepArgs(sizes)) as Values<never>;
    const step = engine.compile(trainingStep(sizes));
    const first = await right(engine.toHost(await right(step(args, key(1)))));
    for (let i = 0; i < 3; i++) expect(await right(engine.toHost(await right(step(args, key(1)))))).toEqual(first);
  });

  test('a donated argument is gone after the call, and the others remain', async () => {
    const args = engine.fromHost(hosts);
    const add = engine.compile(({ x, y }: Args) => tf.add(x, y), { donate: ['x'] });
    const sum = await right(add(args));
    await expectError(add(args), 'donated-value', /x was donated/);
    await expectError(engine.toHost(args), 'donated-value', /x was donated/);
    expect(await right(engine.toHost(args.y))).toEqual(hosts.y);
    expect(await right(engine.toHost(sum))).toEqual(float32([2, 2], [6, 8, 8, 10]));
  });

  test('a call that fails donates nothing', async () => {
    const args = engine.fromHost(hosts);
    const broken = engine.compile((_: Args): tf.Tensor => tf.reshape(_.x, [3, 3]), { donate: ['x', 'y'] });
    await expectError(broken(args), 'function-threw', /shape/);
    expect(await right(engine.toHost(args))).toEqual(hosts);
  });

  test('a disposed value and a value of another engine are errors', async () => {
    const args = engine.fromHost(hosts);
    engine.dispose(args.x);
    engine.dispose(args.x);
    const add = engine.compile(({ x, y }: Args) => tf.add(x, y));
    await expectError(add(args), 'donated-value', /x was disposed/);
    for (const [, other] of engines)
      if (other !== engine) await expectError(add(other.fromHost(hosts)), 'runtime', /x is not a value of the engine/);
  });

  test('an argument can be returned, an output can be returned twice, and a number becomes a scalar', async () => {
    const f = ({ x, y }: Args) => {
      const sum = tf.add(x, y);
      return { x, twice: [sum, sum], number: 3, constant: tf.zeros([2]), none: [] };
    };
    const args = engine.fromHost(hosts);
    const result = await right(engine.compile(f, { donate: ['x', 'y'] })(args));
    engine.dispose(result.twice[0]);
    const sum = float32([2, 2], [6, 8, 8, 10]);
    expect(await right(engine.toHost({ ...result, twice: [result.twice[1]!] }))).toEqual({
      x: hosts.x,
      twice: [sum],
      number: float32([], [3]),
      constant: float32([2], [0, 0]),
      none: [],
    });
  });

  test('results that do not depend on the arguments are right', async () => {
    const constants = () => ({ number: tf.scalar(3), zeros: tf.zeros([2, 3]), bits: tf.tensor1d([1, 0], 'bool') });
    expect(await through(engine, constants, hosts)).toEqual([
      float32([], [3]),
      float32([2, 3], new Float32Array(6)),
      { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
    ]);
  });

  test('each combination of shapes and types is compiled separately', async () => {
    const f = engine.compile(({ x, y }: Args) => tf.mul(x, y));
    const product = async (x: HostTensor, y: HostTensor) =>
      right(engine.toHost(await right(f(engine.fromHost({ x, y })))));
    for (let i = 0; i < 2; i++) {
      expect(await product(hosts.x, hosts.y)).toEqual(float32([2, 2], [5, 12, 15, 24]));
      expect(await product(float32([1], [2]), hosts.y)).toEqual(float32([2], [10, 12]));
      expect(await product(int32([1], [2]), int32([2], [5, 6]))).toEqual(int32([2], [10, 12]));
    }
  });

  test('no tensor leaks, also if the function throws', async () => {
    const good = engine.compile(trainingStep(sizes), { donate: ['state'] });
    const bad = engine.compile(({ x }: Args) =>
      valueAndGrad((p: { readonly x: tf.Tensor }) => ({
        loss: tf.sum(tf.unique(tf.square(p.x)).values),
        aux: { kept: tf.square(p.x) },
      }))({ x }),
    );
    await collected();
    const { numTensors, numDataBuffers } = tf.memory();
    const args = engine.fromHost(stepArgs(sizes));
    const result = await right(good(args as Values<never>, key(1)));
    engine.dispose([result, args]);
    const given = engine.fromHost(hosts);
    // A tracing engine does not support this kernel; an eager one finds no gradient.
    const error = await left(bad(given));
    expect(['unknown-kernel', 'function-threw']).toContain(error.kind);
    expect(error.message).toMatch(/Unique/);
    engine.dispose(given);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  test('timers run between calls', async () => {
    const f = engine.compile(({ x, y }: Args) => tf.add(x, y));
    const args = engine.fromHost(hosts);
    await right(f(args));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    // On a busy machine a single call may take long. It matters only that a timer fires at all.
    const until = performance.now() + 5000;
    while (ticks === 0 && performance.now() < until) await right(f(args));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  test('calls that are started together do not disturb each other', async () => {
    const double = engine.compile(({ x }: Args) => tf.mul(x, 2));
    const give = engine.compile(({ x }: Args) => tf.mul(x, 3), { donate: ['x'] });
    const args = engine.fromHost(hosts);
    const [first, second] = await Promise.all([right(double(args)), right(give(args))]);
    expect(await right(engine.toHost(first))).toEqual(float32([2, 2], [2, 4, 6, 8]));
    expect(await right(engine.toHost(second))).toEqual(float32([2, 2], [3, 6, 9, 12]));
  });
});

test('draws: every engine gives the same bits; another key gives different ones', async () => {
  const draws = (_: object, k: Key) => ({
    uniform: uniform(fold(k, 'a'), [40]),
    normal: normal(fold(k, 'b'), [41]),
    mask: bernoulli(fold(fold(k, 'c'), 2), 0.3, [50]),
    again: uniform(fold(k, 'a'), [40]),
    scaled: tf.mul(normal(fold(k, 'b'), [41]), 1),
  });
  const seeds = [key(1), key(2), fold(key(1), 'epoch')];
  const expected = await Promise.all(seeds.map((seed) => through(reference, draws, {}, seed)));
  for (const [, engine] of engines) {
    const f = engine.compile(draws);
    for (const [i, seed] of seeds.entries())
      expect(leaves(await right(engine.toHost(await right(f({}, seed)))))).toEqual(expected[i]);
  }
  for (const [i, drawn] of expected[0]!.entries()) expect(drawn).not.toEqual(expected[1]![i]);
  expect(expected[0]![0]).toEqual(expected[0]![3]);
});

test('a whole training step: all engines agree over several steps', async () => {
  const run = async (engine: Engine): Promise<unknown> => {
    const step = engine.compile(trainingStep(sizes), { donate: ['state'] });
    const { state, x, labels } = stepArgs(sizes);
    const batch = engine.fromHost({ x, labels });
    let current = engine.fromHost(state);
    let loss: unknown;
    for (let i = 0; i < 4; i++) {
      const next = await right(step({ state: current, ...batch } as Values<never>, fold(key(1), i)));
      ({ state: current, loss } = next as unknown as { state: typeof current; loss: unknown });
    }
    return right(engine.toHost({ params: current.params, loss }));
  };
  // A step of Adam changes a parameter by 1e-3 for any gradient: the absolute tolerance is a thousandth of that.
  const correct = await run(reference);
  for (const [, engine] of engines) expectSame(await run(engine), correct, { relative: 1e-5, absolute: 1e-6 });
});

test('a loss and its gradients agree within 1e-5 of their size', async () => {
  const args = stepArgs(sizes);
  const f = (given: never, k: Key) => {
    const { state, loss } = trainingStep(sizes)(given, k);
    return { loss, mean: state.mean };
  };
  const correct = await through(reference, f, args);
  const largest = Math.max(...correct.flatMap(({ data }) => Array.from(data, Math.abs)));
  for (const [, engine] of engines)
    expectSame(await through(engine, f, args), correct, { relative: 1e-5, absolute: 1e-6 * largest });
});
