import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { evaluation } from '../../src/core/context.js';
import { float32 } from '../../src/core/host-tensor.js';
import { named } from '../../src/core/named.js';
import { serial } from '../../src/core/serial.js';
import type { Engine, EngineErrorKind, Values } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { elementwise, gelu } from '../../src/layers/index.js';
import { collected } from '../support/collected.js';
import { expectError, right } from './engines.js';

interface Args {
  readonly x: tf.Tensor;
}

let engine: Engine;
let outside: tf.Tensor;
let variable: tf.Variable;
beforeAll(async () => {
  engine = await right(jit({ threads: 1 }));
  outside = tf.ones([4, 3]);
  variable = tf.variable(tf.ones([4, 3]));
});

// A rejected function leaves everything unchanged.
let before: { readonly backend: string; readonly random: typeof Math.random; readonly memory: tf.MemoryInfo };
beforeEach(collected);

const world = () => ({ backend: tf.getBackend(), random: Math.random, memory: tf.memory() });
beforeEach(() => {
  before = world();
});
afterEach(() => {
  expect(world()).toEqual(before);
  expect(variable.dataSync()).toEqual(new Float32Array(12).fill(1));
  expect(tf.engine().state.gradientDepth).toBe(0);
});

const conv3d = (x: tf.Tensor): tf.Tensor =>
  tf.conv3d(tf.reshape(x, [1, 4, 3, 1, 1]) as tf.Tensor5D, tf.ones<tf.Rank.R5>([2, 2, 1, 1, 1]), 1, 'valid');

const refused: readonly (readonly [string, EngineErrorKind, RegExp, (args: Args) => unknown])[] = [
  ['an unknown kernel', 'unknown-kernel', /kernel Conv3D/, ({ x }) => conv3d(x)],
  [
    'an unknown kernel in a gradient',
    'unknown-kernel',
    /kernel Conv3D/,
    ({ x }) => tf.grad((y: tf.Tensor) => tf.sum(conv3d(tf.square(y))))(x),
  ],
  [
    'a gather with batch dimensions',
    'unknown-kernel',
    /batch dimensions/,
    ({ x }) => tf.gather(x, tf.zeros([4, 1], 'int32'), 1, 1),
  ],
  ['complex numbers', 'unknown-kernel', /complex64|Complex/, ({ x }) => tf.real(tf.complex(x, x))],
  ['a string tensor', 'unknown-kernel', /tensors, not string/, () => tf.tensor(['pane'])],
  ['randomNormal', 'baked-in-randomness', /tf\.randomNormal.*key/, ({ x }) => tf.add(x, tf.randomNormal([4, 3]))],
  ['randomUniform', 'baked-in-randomness', /tf\.randomUniform/, ({ x }) => tf.add(x, tf.randomUniform([4, 3]))],
  ['truncatedNormal', 'baked-in-randomness', /tf\.truncatedNormal/, ({ x }) => tf.add(x, tf.truncatedNormal([4, 3]))],
  ['dropout', 'baked-in-randomness', /tf\.dropout/, ({ x }) => tf.dropout(x, 0.5)],
  ['multinomial', 'baked-in-randomness', /tf\.multinomial/, ({ x }) => tf.multinomial(x as tf.Tensor2D, 2)],
  ['Math.random', 'baked-in-randomness', /^Math\.random/, ({ x }) => tf.mul(x, Math.random())],
  [
    'a large constant',
    'captured-tensor',
    /\[1048577\].*argument/,
    ({ x }) => tf.add(tf.sum(x), tf.tensor(Float32Array.from({ length: 2 ** 20 + 1 }, (_, i) => i))),
  ],
  ['a new variable', 'variable', /tf.variable is created/, ({ x }) => tf.variable(x)],
  ['an assignment', 'variable', /is assigned/, ({ x }) => [variable.assign(tf.clone(x)), x]],
  ['a variable that is read', 'variable', /'\d+' is used/, ({ x }) => tf.add(x, variable)],
  [
    'minimize',
    'variable',
    /variable/,
    ({ x }) => tf.train.sgd(0.1).minimize(() => tf.sum(tf.mul(x, variable)) as tf.Scalar, true, [variable]),
  ],
  [
    'dataSync',
    'traced-value-read',
    /values of a traced tensor were read/,
    ({ x }) => tf.mul(x, tf.sum(x).dataSync()[0]!),
  ],
  [
    'arraySync',
    'traced-value-read',
    /values of a traced tensor were read/,
    ({ x }) => tf.mul(x, tf.sum(x).arraySync() as number),
  ],
  ['a captured tensor', 'captured-tensor', /\[4,3\].*argument/, ({ x }) => tf.add(x, outside)],
  ['a captured tensor as the result', 'captured-tensor', /\[4,3\].*argument/, () => outside],
  [
    'shapes that do not broadcast',
    'function-threw',
    /the function threw: Operands could not be broadcast together with shapes 4,3 and 2,3/,
    ({ x }) => tf.add(x, tf.zeros([2, 3])),
  ],
  [
    'leading axes of matrices that do not broadcast',
    'function-threw',
    /broadcast/,
    ({ x }) => tf.matMul(tf.reshape(x, [2, 2, 3]), tf.ones([3, 3, 1])),
  ],
  [
    'a tensor that was disposed',
    'function-threw',
    /^the function threw: a tensor is used after it was disposed \(at .*refusals\.test\.ts:\d+:\d+\)$/,
    ({ x }) => {
      const y = tf.square(x);
      y.dispose();
      return tf.add(x, y);
    },
  ],
  [
    'an exception',
    'function-threw',
    /the function threw: broken pane/,
    () => {
      throw new Error('broken pane');
    },
  ],
  [
    'an exception in a loss that is differentiated',
    'function-threw',
    /broken pane/,
    ({ x }) =>
      tf.grad((y) => {
        tf.keep(tf.square(y));
        throw new Error('broken pane');
      })(x),
  ],
  ['an asynchronous function', 'function-threw', /async/, async ({ x }) => x],
  ['a result that is not a tensor', 'function-threw', /result's note .* string/, ({ x }) => ({ x, note: 'pane' })],
];

test.each(refused)('rejects %s', async (_, kind, message, f) => {
  const x = engine.fromHost({
    x: float32(
      [4, 3],
      Array.from({ length: 12 }, (_, i) => i + 1),
    ),
  });
  // Hides tfjs's warning about a promise that is returned from tidy.
  const remark = console.error;
  console.error = () => {};
  try {
    await expectError(engine.compile(f)(x as Values<Args>), kind, message);
  } finally {
    console.error = remark;
  }
});

test('a refusal names the layer and the line that called the operation', async () => {
  const layer = named('blocks', serial(named('3', elementwise(conv3d)), gelu));
  const f = ({ x }: Args) => layer.apply({}, x, evaluation);
  const x = engine.fromHost({ x: float32([4, 3], new Array(12).fill(1)) });
  await expectError(
    engine.compile(f)(x as Values<Args>),
    'unknown-kernel',
    /Conv3D: .* \(in the layer blocks\/3, at .*test\/engine\/refusals\.test\.ts:[0-9]+:\d+\)$/,
  );
});

test('after a rejected function, others can be traced', async () => {
  const x = engine.fromHost({ x: float32([2], [1, 2]) });
  await expectError(engine.compile(({ x }: Args) => tf.dropout(x, 0.5))(x), 'baked-in-randomness', /dropout/);
  const doubled = await right(engine.compile(({ x }: Args) => tf.mul(x, 2))(x));
  expect(await right(engine.toHost(doubled))).toEqual(float32([2], [2, 4]));
});

test('constants can be made and read, and seeded tensors are constants', async () => {
  const f = ({ x }: Args) => {
    const constant = tf.tensor1d([1, 2, 3]);
    const total = (constant.arraySync() as number[]).reduce((sum, each) => sum + each, 0);
    return tf.add(
      tf.mul(x, total),
      tf.add(tf.ones([3]).dataSync()[0]!, tf.mul(0, tf.randomNormal([3], 0, 1, 'float32', 5))),
    );
  };
  const x = engine.fromHost({ x: float32([3], [1, 2, 3]) });
  expect(await right(engine.toHost(await right(engine.compile(f)(x))))).toEqual(float32([3], [7, 13, 19]));
});
