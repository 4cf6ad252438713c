/** Gradients that are larger than their factors: threads exchange the factors, and each computes some rows. */
import '../../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { drawOnHost } from '../../../../src/core/draws.js';
import { key } from '../../../../src/core/key.js';
import { orThrow } from '../../../../src/core/or-throw.js';
import { leaves } from '../../../../src/core/tree.js';
import { valueAndGrad } from '../../../../src/core/value-and-grad.js';
import { flops } from '../../../../src/engine/compiler/graph/graph.js';
import { shardGraph } from '../../../../src/engine/compiler/sharding/shard-graph.js';
import { traceGraph } from '../../../../src/engine/compiler/trace/trace.js';
import { jit } from '../../../../src/engine/onnxruntime/jit.js';
import { engines, expectSame, right, through } from '../../engines.js';

const { reference } = await engines();

type Params = { readonly weight: tf.Tensor2D; readonly speed: tf.Tensor2D };
type Args = { readonly params: Params; readonly batch: { readonly x: tf.Tensor2D } };

const normal = (seed: number, shape: readonly number[]) => drawOnHost(key(seed), { kind: 'normal' }, shape);

const argsOf = (images: number, rows: number, columns: number) => ({
  params: { weight: normal(1, [rows, columns]), speed: normal(2, [rows, columns]) },
  batch: { x: normal(3, [images, rows]) },
});

/** A step of gradient descent with momentum on a linear layer. */
const step = ({ params, batch }: Args) => {
  const { loss, gradients } = valueAndGrad((weight: tf.Tensor2D) => ({
    loss: tf.sum(tf.square(tf.tanh(tf.mul(tf.matMul(batch.x, weight), 0.03)))) as tf.Scalar,
    aux: {},
  }))(params.weight);
  const speed = tf.add(tf.mul(params.speed, 0.9), gradients);
  return { params: { weight: tf.sub(params.weight, tf.mul(speed, 0.1)), speed }, loss };
};

const shardedStep = (f: (args: Args) => unknown, args: ReturnType<typeof argsOf>, images: number) =>
  shardGraph(orThrow(traceGraph(f as never, args as never)), leaves(args).length, new Set([2]), images)!;

test('shards return the factors, and the remainder has the product', () => {
  const sharded = shardedStep(step, argsOf(6, 1000, 700), 6);
  expect(sharded.combinations).toContain(0);
  expect(flops(sharded.remainder)).toBe(2 * 6 * 1000 * 700);
});

test.each([
  ['many images', 500, 1000, 700],
  ['a small product', 6, 100, 70],
])('not for %s', (_, images, rows, columns) => {
  expect(flops(shardedStep(step, argsOf(images, rows, columns), images).remainder)).toBe(0);
});

describe.each([1, 2, 3])('on %d threads', async (threads) => {
  const divided = await right(jit({ threads, dividedFrom: 0 }));
  const tolerance = { relative: 1e-4, absolute: 1e-5 };

  test.each([
    [6, 1000, 700],
    // Neither images nor rows are a multiple of the thread count, and pieces have unequal lengths.
    [7, 509, 1031],
  ])('%d images, %d by %d', async (images, rows, columns) => {
    const args = argsOf(images, rows, columns);
    const [expected, found] = [await through(reference, step, args), await through(divided, step, args)];
    expectSame(found, expected, tolerance);
  });

  test('a gradient with one contribution as factors and one as a sum over many images', async () => {
    const shared = (args: Args) => {
      const { gradients } = valueAndGrad((weight: tf.Tensor2D) => {
        const few = tf.sum(tf.sin(tf.mul(tf.matMul(args.batch.x, weight), 0.03)));
        const many = tf.matMul(tf.reshape(tf.tile(args.batch.x, [1, 40]), [-1, 1000]) as tf.Tensor2D, weight);
        return { loss: tf.add(few, tf.mean(tf.sin(tf.mul(many, 0.03)))) as tf.Scalar, aux: {} };
      })(args.params.weight);
      return { weight: tf.sub(args.params.weight, tf.mul(gradients, 0.1)) };
    };
    const args = argsOf(6, 1000, 700);
    expectSame(await through(divided, shared, args), await through(reference, shared, args), tolerance);
  });
});
