/** A call that is sharded along the batch and split into microbatches computes what it does as a whole. */
import '../../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawOnHost } from '../../../../src/core/draws.js';
import { float32, type HostTensor } from '../../../../src/core/host-tensor.js';
import { key } from '../../../../src/core/key.js';
import { orThrow } from '../../../../src/core/or-throw.js';
import { leaves } from '../../../../src/core/tree.js';
import { valueAndGrad } from '../../../../src/core/value-and-grad.js';
import { countOperations, flops } from '../../../../src/engine/compiler/graph/graph.js';
import { microbatchCount, splitIntoMicrobatches } from '../../../../src/engine/compiler/sharding/microbatches.js';
import { type Shard, shardGraph } from '../../../../src/engine/compiler/sharding/shard-graph.js';
import { traceGraph } from '../../../../src/engine/compiler/trace/trace.js';
import { bufferPool } from '../../../../src/engine/onnxruntime/buffer-pool.js';
import { jit } from '../../../../src/engine/onnxruntime/jit.js';
import { loadRuntime } from '../../../../src/engine/onnxruntime/runtime.js';
import { createProgram } from '../../../../src/engine/onnxruntime/session.js';
import { randomProgram, run } from '../../../support/random-program.js';
import { engines, expectSame, right, through } from '../../engines.js';

const { reference } = await engines();
const divided = await right(jit({ threads: 2, dividedFrom: 0 }));

const args = {
  x: float32([4, 3], drawOnHost(key(1), { kind: 'normal' }, [4, 3]).data),
  y: float32([4, 1], drawOnHost(key(2), { kind: 'normal' }, [4, 1]).data),
};

test('random programs, sharded over threads', async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram, async (program) => {
      const expected = await through(reference, run(program), args);
      expectSame(await through(divided, run(program), args), expected, { relative: 1e-4, absolute: 1e-5 });
    }),
    { numRuns: 60 },
  );
});

/** The outputs of a shard that has the whole batch. */
const outputsOf = async (shard: Shard): Promise<readonly HostTensor[]> => {
  const inputs = shard.inputs.map(({ source, range }) => {
    const whole = leaves<HostTensor>(args)[(source as { readonly position: number }).position]!;
    if (range === undefined) return whole;
    const perImage = whole.data.length / 4;
    const data = whole.data.slice(range.first * perImage, (range.first + range.images) * perImage);
    return { ...whole, shape: [range.images, ...whole.shape.slice(1)], data };
  });
  // Here each microbatch of an argument is an argument of its own.
  const alone = { ...shard, inputs: shard.inputs.map(({ node }, position) => ({ node, source: argument(position) })) };
  const program = await createProgram(await orThrow(loadRuntime), alone, 1, bufferPool());
  return program(inputs, { key: undefined, donated: new Set(), onOverwrite: () => {} });
};

const argument = (position: number) => ({ kind: 'argument', position }) as const;

test('random programs, in microbatches', async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram, fc.constantFrom(2, 4), async (program, count) => {
      const graph = orThrow(traceGraph(run(program) as never, args as never));
      const sharded = shardGraph(graph, 2, new Set([0, 1]), 4);
      fc.pre(sharded !== undefined);
      const shard = sharded.shard(4);
      const tolerance = { relative: 1e-4, absolute: 1e-5 };
      expectSame(await outputsOf(splitIntoMicrobatches(shard, 4, count)), await outputsOf(shard), tolerance);
    }),
    { numRuns: 60 },
  );
});

describe('a linear layer and the gradient of its weights', () => {
  const x = { shape: [128, 8], dtype: 'float32' };
  const weight = { shape: [8, 4], dtype: 'float32' };
  const f = (given: { readonly x: tf.Tensor2D; readonly weight: tf.Tensor2D }) => {
    const y = tf.matMul(given.x, given.weight);
    return { y, gradient: tf.matMul(given.x, tf.tanh(y), true), scaled: tf.mul(given.weight, 2) };
  };
  const sharded = shardGraph(orThrow(traceGraph(f as never, { x, weight } as never)), 2, new Set([0]), 128)!;

  test('outputs are concatenated, sums are added, and what does not depend on images is in the remainder', () => {
    expect(sharded.combinations).toEqual([0, 'sum']);
    expect(sharded.shard(32).outputs.map(({ shape }) => shape)).toEqual([
      [32, 4],
      [8, 4],
    ]);
    expect(flops(sharded.remainder)).toBe(0);
    expect(countOperations(sharded.remainder)).toEqual({ Input: 3, Splat: 1, Multiply: 1 });
  });

  test('a product of few rows is not split', () => {
    const products = (count: number) => countOperations(splitIntoMicrobatches(sharded.shard(128), 128, count)).MatMul;
    expect(products(2)).toBe(4);
    expect(products(4)).toBe(2);
  });

  test('a microbatch is added to the sums before the next one begins', () => {
    const { order, outputs } = splitIntoMicrobatches(sharded.shard(128), 128, 2);
    expect(order).toHaveLength(2);
    expect(order[0]!.operation.op).toBe('MatMul');
    expect(order[1]).toBe(outputs[1]);
    expect(order[1]!.inputs).toContain(order[0]);
  });

  test('the smallest number of equal microbatches that keeps the largest array small', () => {
    expect(microbatchCount(sharded.shard(128), 128, 128 * 8 * 4)).toBe(1);
    expect(microbatchCount(sharded.shard(128), 128, 128 * 8 * 4 - 1)).toBe(2);
    expect(microbatchCount(sharded.shard(129), 129, 1000)).toBe(43);
    expect(microbatchCount(sharded.shard(127), 127, 1000)).toBe(127);
  });
});

test('a matrix times the tokens of every image, and its gradients', async () => {
  const given = {
    mixer: float32([3, 3], drawOnHost(key(2), { kind: 'normal' }, [3, 3]).data),
    x: float32([4, 3, 5], drawOnHost(key(1), { kind: 'normal' }, [4, 3, 5]).data),
  };
  const mixed = (tensors: { readonly mixer: tf.Tensor; readonly x: tf.Tensor }) =>
    valueAndGrad((at: typeof tensors) => {
      const y = tf.tanh(tf.matMul(at.mixer, at.x));
      return { loss: tf.sum(tf.square(y)), aux: y };
    })(tensors);
  expect(shardGraph(orThrow(traceGraph(mixed as never, given as never)), 2, new Set([1]), 4)).toBeDefined();
  const expected = await through(reference, mixed, given);
  expectSame(await through(divided, mixed, given), expected, { relative: 1e-5, absolute: 1e-5 });
});

test('what depends on the whole batch is not sharded', () => {
  const f = ({ x }: { readonly x: tf.Tensor2D }) => tf.matMul(x, tf.softmax(tf.matMul(x, x, false, true)), true, true);
  expect(shardGraph(orThrow(traceGraph(f as never, args as never)), 1, new Set([0]), 4)).toBeUndefined();
});

test('a value that is computed once is sliced for each microbatch', async () => {
  const f = ({ x }: { readonly x: tf.Tensor2D }) =>
    tf.mul(x, tf.matMul(x, tf.reshape(tf.linspace(-1, 2, 9), [3, 3]) as tf.Tensor2D));
  const shard = shardGraph(orThrow(traceGraph(f as never, { x: args.x } as never)), 1, new Set([0]), 4)!.shard(4);
  const split = splitIntoMicrobatches(shard, 4, 2);
  expect(countOperations(split)).toMatchObject({ MatMul: 1, Slice: 2 });
  expectSame(await outputsOf(split), await outputsOf(shard), { relative: 1e-6, absolute: 1e-6 });
});

test('sharding follows the batch through a transpose, and a softmax over the batch is not sharded', () => {
  const x = { shape: [4, 8, 12], dtype: 'float32' };
  const shards = (f: (x: tf.Tensor) => tf.Tensor) => {
    const graph = orThrow(traceGraph((({ x }: { readonly x: tf.Tensor }) => f(x)) as never, { x } as never));
    const { combinations, shard } = shardGraph(graph, 1, new Set([0]), 4)!;
    return [combinations, countOperations(shard(2)).Softmax ?? 0];
  };
  expect(shards((y) => tf.transpose(y, [1, 2, 0]))).toEqual([[2], 0]);
  // The remainder, which has the whole batch, computes the softmax.
  expect(shards((y) => tf.softmax(tf.transpose(y, [1, 2, 0])))).toEqual([[2], 0]);
  expect(shards((y) => tf.softmax(y))).toEqual([[0], 1]);
});
