/** Rewrites preserve what a graph computes, and simplify it as intended. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { uniform } from '../../../src/core/draws.js';
import { float32 } from '../../../src/core/host-tensor.js';
import type { Key } from '../../../src/core/key.js';
import { countOperations, flops, type Graph } from '../../../src/engine/compiler/graph/graph.js';
import { splatValue } from '../../../src/engine/compiler/graph/node.js';
import { traceGraph } from '../../../src/engine/compiler/trace/trace.js';
import type { Engine } from '../../../src/engine/engine.js';
import { emit } from '../../../src/engine/onnxruntime/emit.js';
import { randomProgram, run } from '../../support/random-program.js';
import { engines, expectSame, right, through } from '../engines.js';

let reference: Engine;
let compiled: Engine;
beforeAll(async () => {
  ({ reference, compiled } = await engines());
});

const graphOf = (f: (args: never, key: Key) => unknown, args: object): Graph => {
  const graph = traceGraph(f, args as never);
  if (E.isLeft(graph)) throw new Error(graph.left.message);
  return graph.right;
};

test('random programs compute the same under jit as under eager', async () => {
  const args = { x: float32([2, 3], [0.3, -1.2, 0.7, 1.1, -0.4, 0.9]), y: float32([3, 1], [0.5, -0.8, 1.3]) };
  await fc.assert(
    fc.asyncProperty(randomProgram, async (program) => {
      const expected = await through(reference, run(program), args);
      expectSame(await through(compiled, run(program), args), expected, { relative: 1e-4, absolute: 1e-5 });
    }),
    { numRuns: 150 },
  );
});

test.each<readonly [string, (x: tf.Tensor) => tf.Tensor]>([
  ['a negated summand on the left', (x) => tf.add(tf.neg(x), tf.square(x))],
  ['a negation times a constant', (x) => tf.mul(tf.neg(x), 3)],
  ['a sum of equal numbers', (x) => tf.add(x, tf.sum(tf.fill([4, 2, 3], 2), 0))],
  ['a mean of equal numbers', (x) => tf.add(x, tf.mean(tf.fill([4, 2, 3], 2), 0))],
  [
    'equal numbers padded with others',
    (x) =>
      tf.add(
        x,
        tf.pad(
          tf.fill([1, 1], 3),
          [
            [0, 1],
            [1, 1],
          ],
          5,
        ),
      ),
  ],
])('%s: jit computes what eager does, in a case that random programs rarely reach', async (_, f) => {
  const args = { x: float32([2, 3], [0.3, -1.2, 0.7, 1.1, -0.4, 0.9]) };
  const g = ({ x }: { readonly x: tf.Tensor }) => f(x);
  expectSame(await through(compiled, g, args), await through(reference, g, args), { relative: 1e-6, absolute: 1e-6 });
});

describe('rewrites simplify', () => {
  const x = { shape: [4, 6], dtype: 'float32' };
  const cases: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, Readonly<Record<string, number>>])[] = [
    ['x * 1 + 0 is x', (x) => tf.add(tf.mul(x, 1), 0), { Input: 1 }],
    ['x * 0 stays, since it may be NaN', (x) => tf.mul(x, 0), { Input: 1, Splat: 1, Multiply: 1 }],
    ['factors merge', (x) => tf.div(tf.mul(tf.neg(x), 3), 2), { Input: 1, Splat: 1, Multiply: 1 }],
    ['x + -y is x - y', (x) => tf.add(tf.square(x), tf.neg(x)), { Input: 1, Multiply: 1, Subtract: 1 }],
    ['reshapes cancel', (x) => tf.reshape(tf.reshape(x, [2, 12]), [4, 6]), { Input: 1 }],
    ['transposes cancel', (x) => tf.transpose(tf.transpose(x)), { Input: 1 }],
    [
      'moving an axis of size 1 is a reshape',
      (x) => tf.transpose(tf.expandDims(x, 0), [1, 2, 0]),
      { Input: 1, Reshape: 1 },
    ],
    ['a transpose becomes an attribute of a product', (x) => tf.matMul(tf.transpose(x), x), { Input: 1, MatMul: 1 }],
    [
      'an addition broadcasts implicitly',
      (x) => tf.add(x, tf.broadcastTo(tf.slice(x, 0, 1), [4, 6])),
      { Input: 1, Slice: 1, Add: 1 },
    ],
    [
      'a sum of a broadcast is a product',
      (x) => tf.sum(tf.broadcastTo(tf.expandDims(x, 0), [9, 4, 6]), 0),
      { Input: 1, Splat: 1, Multiply: 1, Reshape: 2 },
    ],
    ['constants are folded', (x) => tf.add(x, tf.sqrt(tf.fill([4, 6], 9))), { Input: 1, Splat: 1, Add: 1 }],
    ['equal nodes are computed once', (x) => tf.mul(tf.exp(x), tf.exp(x)), { Input: 1, Exp: 1, Multiply: 1 }],
    ['unused nodes are dropped', (x) => [tf.exp(x), tf.log(x)][1]!, { Input: 1, Log: 1 }],
  ];
  test.each(cases)('%s', (_, f, expected) => {
    expect(countOperations(graphOf((({ x }: { readonly x: tf.Tensor }) => f(x)) as never, { x }))).toEqual(expected);
  });

  test('arrays of equal numbers are never stored', () => {
    const graph = graphOf(() => tf.ones([300, 7]), {});
    expect(splatValue(graph.outputs[0]!)).toBe(1);
    expect(emit(graph).bytes.length).toBeLessThan(500);
  });
});

test('floating-point operations of products are counted', () => {
  const f = ({ a, b }: Record<string, tf.Tensor>) => tf.matMul(a!, b!, true, false);
  const args = { a: { shape: [5, 4, 3], dtype: 'float32' }, b: { shape: [5, 4, 2], dtype: 'float32' } };
  expect(flops(graphOf(f as never, args))).toBe(2 * 5 * 3 * 4 * 2);
});

test('a model declares its inputs and outputs, and loads', async () => {
  const f = ({ x, rows }: Record<string, tf.Tensor>, key: Key) => ({
    gathered: tf.gather(tf.mul(x!, uniform(key, [4, 6])), rows!),
    big: tf.broadcastTo(x!, [300_000, 4, 6]),
  });
  const args = {
    x: { shape: [4, 6], dtype: 'float32' },
    rows: { shape: [2], dtype: 'int32' },
    unused: { shape: [3], dtype: 'bool' },
  };
  const model = emit(graphOf(f as never, args));
  const session = await ort.InferenceSession.create(model.bytes);
  expect(session.inputMetadata).toMatchObject([
    { type: 'float32', shape: [4, 6] },
    { type: 'int32', shape: [2] },
    { type: 'float32', shape: [4, 6] },
  ]);
  expect(model.inputs.map(({ source }) => source.kind)).toEqual(['argument', 'argument', 'draw']);
  // 28.8 MB are returned in two pieces.
  expect(model.outputs.map((pieces) => pieces.map(({ offset, shape }) => [offset, shape]))).toEqual([
    [[0, [2, 6]]],
    [
      [0, [3_600_000]],
      [3_600_000, [3_600_000]],
    ],
  ]);
});

test('a large output is complete, and overwrites a donated buffer of its size', async () => {
  const length = 6_500_001;
  const data = Float32Array.from({ length }, (_, i) => i);
  const add = compiled.compile(({ x }: { readonly x: tf.Tensor }) => tf.add(x, 1), { donate: ['x'] });
  let x = compiled.fromHost(float32([length], data));
  for (let i = 0; i < 3; i++) x = await right(add({ x }));
  const back = await right(compiled.toHost(x));
  expect(back.data.findIndex((value, i) => value !== Math.fround(i + 3))).toBe(-1);
});
