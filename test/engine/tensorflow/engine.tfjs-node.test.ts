import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { float32, type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import type { Engine } from '../../../src/engine/engine.js';
import { expectError, right } from '../engines.js';
import { nodeEngines } from './tfjs-node.js';

const { compiled: engine } = await nodeEngines();

const read = async (values: unknown): Promise<unknown> => right(engine.toHost(values));

const counted = async <A>(action: () => Promise<A>): Promise<readonly [A, calls: number]> => {
  const { calls } = engine.traffic();
  const output = await action();
  return [output, engine.traffic().calls - calls];
};

interface Count<X> {
  readonly count: X;
}

const increment = () =>
  engine.compile(({ state }: { readonly state: Count<tf.Tensor> }) => ({ state: { count: tf.add(state.count, 1) } }), {
    donate: ['state'],
  });

const from = (value: number) => engine.fromHost({ state: { count: float32([2], [value, value]) } });
const at = (value: number): Count<HostTensor> => ({ count: float32([2], [value, value]) });

test('the name says which package and which TensorFlow', () => {
  expect(engine.name).toMatch(/^tfjs-node compiled \(TensorFlow \d+\.\d+\.\d+, CPU\)$/);
});

test('donated state stays in the session until it is read', async () => {
  const step = increment();
  let next = await right(step(from(0)));
  for (let i = 0; i < 3; i++) {
    const [output, calls] = await counted(() => right(step(next)));
    expect(calls).toBe(1);
    next = output;
  }
  expect(await counted(() => read(next.state))).toEqual([at(4), 1]);
  // The value was fetched before.
  expect(await counted(() => read(next.state))).toEqual([at(4), 0]);
});

test('two runs of one compiled step do not disturb each other', async () => {
  const step = increment();
  let [a, b] = [await right(step(from(0))), await right(step(from(100)))];
  for (let i = 0; i < 3; i++) {
    a = await right(step(a));
    b = await right(step(b));
  }
  expect(await read([a.state, b.state])).toEqual([at(4), at(104)]);
});

test('leaves that swap places, stay, or are returned twice', async () => {
  const f = engine.compile(
    ({
      state: { a, b, kept },
      x,
    }: {
      readonly state: Readonly<Record<'a' | 'b' | 'kept' | 'seen', tf.Tensor>>;
      readonly x: tf.Tensor;
    }) => ({
      state: { a: b, b: a, kept, seen: x },
      again: b,
    }),
    { donate: ['state'] },
  );
  const one = (value: number) => float32([1], [value]);
  const values = engine.fromHost({ state: { a: one(1), b: one(2), kept: one(3), seen: one(4) }, x: one(5) });
  const other = engine.fromHost(one(6));
  const first = await right(f(values));
  const second = await right(f({ state: first.state, x: other }));
  expect(await read(second)).toEqual({ state: { a: one(1), b: one(2), kept: one(3), seen: one(6) }, again: one(1) });
  expect(await read(first.again)).toEqual(one(2));
  expect(await read(values.x)).toEqual(one(5));
});

test('one value in several places of the arguments', async () => {
  const f = engine.compile(
    ({ state, x }: { readonly state: readonly tf.Tensor[]; readonly x: tf.Tensor }) => ({
      state: state.map((leaf, i) => tf.add(leaf, i)),
      sum: tf.sum(x),
    }),
    { donate: ['state'] },
  );
  const value = engine.fromHost(float32([2], [1, 2]));
  const { state } = await right(f({ state: [value, value], x: value }));
  const next = await right(f({ state: [state[1]!, state[0]!], x: state[0]! }));
  expect(await read(next)).toEqual({ state: [float32([2], [2, 3]), float32([2], [2, 3])], sum: float32([], [3]) });
  await expectError(engine.toHost(value), 'donated-value', /donated/);
});

test('a result without a donated leaf at its path is stored in the variable of one with the same shape and type', async () => {
  const f = engine.compile(({ x }: { readonly x: tf.Tensor }) => ({ y: tf.mul(x, 2), z: tf.cast(x, 'int32') }), {
    donate: ['x'],
  });
  const output = await right(f(engine.fromHost({ x: float32([2], [1, 2]) })));
  const [y, calls] = await counted(() => read(output.y));
  expect([y, calls]).toEqual([float32([2], [2, 4]), 1]);
  expect(await counted(() => read(output.z))).toEqual([int32([2], [1, 2]), 0]);
});

test('a call that fails while it runs leaves the state unchanged', async () => {
  const step = engine.compile(
    ({ state, index }: { readonly state: Count<tf.Tensor>; readonly index: tf.Tensor }) => ({
      state: { count: tf.add(state.count, 1) },
      found: tf.gather(state.count, index),
    }),
    { donate: ['state'] },
  );
  const [good, bad] = [engine.fromHost(int32([1], [1])), engine.fromHost(int32([1], [7]))];
  const { state } = await right(step({ ...from(0), index: good }));
  await expectError(step({ state, index: bad }), 'runtime', /indices\[0\] = 7 is not in \[0, 2\)/);
  expect(await read(state)).toEqual(at(1));
  const next = await right(step({ state, index: good }));
  expect(await read(next)).toEqual({ state: at(2), found: float32([1], [1]) });
});

test('a disposed value is gone, and its variable is free', async () => {
  const step = increment();
  const next = await right(step(from(0)));
  engine.dispose(next);
  await expectError(step(next), 'donated-value', /disposed/);
  // Nothing is fetched to make room: one call stores the new state, and one is the step.
  const [output, calls] = await counted(() => right(step(from(5))));
  expect([await read(output.state), calls]).toEqual([at(6), 2]);
});

test('other engines reject its values, and it rejects theirs', async () => {
  const { eager, jit } = await nodeEngines();
  const cross = (of: Engine, by: Engine) => by.toHost(of.fromHost(float32([1], [1])));
  for (const other of [eager, jit]) {
    await expectError(cross(engine, other), 'runtime', /not a value of the engine/);
    await expectError(cross(other, engine), 'runtime', /not a value of the engine tfjs-node compiled/);
  }
});

test('XLA compiles the same graph to the same numbers', async () => {
  const { xla } = await nodeEngines();
  const f = ({ x }: { readonly x: tf.Tensor }) => tf.softmax(tf.tanh(tf.matMul(x, x)));
  const x = float32([2, 2], [0.5, 1, -1, 0.25]);
  const on = async (each: Engine) => right(each.toHost(await right(each.compile(f)(each.fromHost({ x })))));
  const [plain, fused] = [(await on(engine)) as HostTensor, (await on(xla)) as HostTensor];
  fused.data.forEach((value, i) => void expect(value).toBeCloseTo(plain.data[i]!, 6));
});
