/** Which operations become one operator, from the runtime's profile. rewrites.test.ts checks that they compute the same. */
import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { drawOnHost } from '../../../src/core/draws.js';
import { key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { traceGraph } from '../../../src/engine/compiler/trace/trace.js';
import { engines, expectSame, through } from '../engines.js';
import { recordedOperators } from './recorded.js';

const { reference, compiled } = await engines();

type Args = { readonly x: tf.Tensor2D; readonly w: tf.Tensor2D };
const args = {
  x: drawOnHost(key(1), { kind: 'normal' }, [4, 6]),
  w: drawOnHost(key(2), { kind: 'normal' }, [6, 6]),
};

const cases: readonly (readonly [string, (args: Args) => tf.Tensor | readonly tf.Tensor[], readonly string[]])[] = [
  ['a mean', ({ x }) => tf.mean(x, 1, true), ['ReduceMean']],
  ['a mean whose sum has another use', ({ x }) => [tf.mean(x, 1, true), tf.sum(x, 1, true)], ['ReduceSum', 'Mul']],
  ['a sum that is multiplied by another number', ({ x }) => tf.mul(tf.sum(x, 1, true), 0.5), ['ReduceSum', 'Mul']],
  ['a sum without its axis', ({ x }) => tf.sum(x, 0), ['ReduceSum']],
  ['a sum in another shape', ({ x }) => tf.reshape(tf.sum(x, 0), [2, 3]), ['ReduceSum', 'Reshape']],
  ['a product and a bias', ({ x, w }) => tf.add(tf.matMul(x, w), tf.slice(w, 0, 1)), ['Slice', 'Gemm']],
  ['the sum of two products', ({ x, w }) => tf.add(tf.matMul(x, w), tf.matMul(tf.abs(x), w)), ['Gemm', 'Abs', 'Gemm']],
  ['a product that has another use', ({ x, w }) => [tf.matMul(x, w), tf.add(tf.matMul(x, w), x)], ['Gemm', 'Add']],
  ['one output twice', ({ x }) => [tf.exp(x), tf.exp(x)], ['Exp', 'Identity']],
  ['an argument as an output', ({ x }) => [x, tf.exp(x)], ['Exp', 'Identity']],
];

test.each(cases)('%s', async (_, f, expected) => {
  const graph = orThrow(traceGraph(f as never, args as never));
  expect([...(await recordedOperators(graph, [args.x, args.w]))].sort()).toEqual([...expected].sort());
  expectSame(await through(compiled, f as never, args), await through(reference, f as never, args), {
    relative: 1e-5,
    absolute: 1e-6,
  });
});
