/** A call that is computed in rounds of fewer images: the same results, the same draws, the same bits each time. */
import '../../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { bernoulli, drawOnHost } from '../../../../src/core/draws.js';
import { filled, float32 } from '../../../../src/core/host-tensor.js';
import { type Key, key } from '../../../../src/core/key.js';
import { largestShare, roundsOf, sizeOfRounds } from '../../../../src/engine/compiler/sharding/rounds.js';
import { jit } from '../../../../src/engine/onnxruntime/jit.js';
import { randomProgram, run } from '../../../support/random-program.js';
import { engines, expectSame, right, through } from '../../engines.js';
import { stepArgs, trainingStep } from '../../training-step.js';

const { reference } = await engines();
const tolerance = { relative: 1e-4, absolute: 1e-5 };

describe('which images are in which round', () => {
  const plan = fc.record({
    batch: fc.integer({ min: 1, max: 300 }),
    workers: fc.integer({ min: 1, max: 8 }),
    rounds: fc.integer({ min: 1, max: 40 }),
    microbatch: fc.integer({ min: 1, max: 9 }),
  });

  test('each image is in one round, in order, and none is larger than the size', () => {
    fc.assert(
      fc.property(plan, ({ batch, workers, rounds, microbatch }) => {
        const size = sizeOfRounds(largestShare(batch, workers), rounds, microbatch);
        const all = roundsOf(batch, workers, size);
        const images = all.flat().flatMap(({ first, images }) => Array.from({ length: images }, (_, i) => first + i));
        expect(images).toEqual(Array.from({ length: batch }, (_, i) => i));
        expect(Math.max(...all.flat().map(({ images }) => images))).toBeLessThanOrEqual(size);
        expect(Math.max(...all.map(({ length }) => length))).toBeLessThanOrEqual(rounds);
      }),
    );
  });

  test('rounds of the same size are preferred if they are little larger, since each size has a session', () => {
    expect(sizeOfRounds(128, 5, 4)).toBe(32);
    // 64 instead of 43 would be too much.
    expect(sizeOfRounds(128, 3, 4)).toBe(44);
  });

  test('a size that divides into whole microbatches is preferred', () => {
    expect(sizeOfRounds(128, 4, 5)).toBe(32);
    // 29 images would be 29 microbatches of one image.
    expect(sizeOfRounds(509, 18, 5)).toBe(30);
    expect(roundsOf(10, 2, 3)).toEqual([
      [
        { first: 0, images: 3 },
        { first: 3, images: 2 },
      ],
      [
        { first: 5, images: 3 },
        { first: 8, images: 2 },
      ],
    ]);
  });
});

type F = (args: never, key: Key) => unknown;

/** An engine whose budget is so small that it computes this call in at least so many rounds, and in how many it does. */
const inRounds = async (threads: number, f: F, args: unknown, least: number) => {
  let engine = await right(jit({ threads, dividedFrom: 0, memory: Number.MAX_SAFE_INTEGER }));
  let found = { engine, rounds: 1 };
  for (;;) {
    const expected = await engine.expectedMemory(f, engine.fromHost(args) as never)();
    if (E.isLeft(expected) || expected.right === undefined) return found;
    const { rounds, bytes } = expected.right;
    found = { engine, rounds };
    if (rounds >= least) return found;
    engine = await right(jit({ threads, dividedFrom: 0, memory: bytes - 1 }));
  }
};

test.each([
  [14, 2],
  // Not 2: rounds of 7 and of 6 images have a session each, which keep nearly as much as one of 13.
  [13, 3],
])(
  'a smaller last round counts, since its session keeps its memory: %d images need %d rounds',
  async (images, rounds) => {
    const x = filled([images, 500_000], 1);
    const f = (({ x }: { readonly x: tf.Tensor2D }) => tf.tanh(x)) as F;
    const inOne = await right(jit({ threads: 1, dividedFrom: 0, memory: Number.MAX_SAFE_INTEGER }));
    const { bytes = 0 } = (await right(inOne.expectedMemory(f, inOne.fromHost({ x }) as never))) ?? {};
    const engine = await right(jit({ threads: 1, dividedFrom: 0, memory: bytes - 16e6 }));
    expect(await right(engine.expectedMemory(f, engine.fromHost({ x }) as never))).toMatchObject({ rounds });
  },
);

test('random programs in rounds', async () => {
  const args = {
    x: float32([4, 3], drawOnHost(key(1), { kind: 'normal' }, [4, 3]).data),
    y: float32([4, 1], drawOnHost(key(2), { kind: 'normal' }, [4, 1]).data),
  };
  let divided = 0;
  await fc.assert(
    fc.asyncProperty(randomProgram, async (program) => {
      const { engine, rounds } = await inRounds(1, run(program) as F, args, 4);
      if (rounds > 1) divided++;
      expectSame(await through(engine, run(program), args), await through(reference, run(program), args), tolerance);
    }),
    { numRuns: 16 },
  );
  expect(divided).toBeGreaterThan(5);
});

describe('a training step with dropout', () => {
  const sizes = { batch: 13, tokens: 5, inputs: 6, width: 8, heads: 2, blocks: 1, classes: 4 };
  const [step, args] = [trainingStep(sizes) as F, stepArgs(sizes)];
  const close = { relative: 1e-3, absolute: 2e-5 };

  test.each([
    [1, 2],
    [2, 3],
    [3, 5],
  ])('on %d threads in %d rounds', async (threads, least) => {
    const whole = await right(jit({ threads, dividedFrom: 0 }));
    const { engine, rounds } = await inRounds(threads, step, args, least);
    expect(rounds).toBeGreaterThanOrEqual(least);
    const results = await through(engine, step, args);
    expectSame(results, await through(whole, step, args), close);
    // The same bits again, in the same engine and in another one.
    expect(await through(engine, step, args)).toEqual(results);
    expect(await through((await inRounds(threads, step, args, least)).engine, step, args)).toEqual(results);
  });

  test('draws do not depend on rounds', async () => {
    const x = { x: float32([7, 3], new Float32Array(21)) };
    const draw = (({ x }: { readonly x: tf.Tensor2D }, k: Key) =>
      tf.add(tf.square(x), tf.cast(bernoulli(k, 0.5, x.shape), 'float32'))) as F;
    const { engine, rounds } = await inRounds(2, draw, x, 2);
    expect(rounds).toBeGreaterThan(1);
    expect(await through(engine, draw, x)).toEqual(await through(await right(jit({ threads: 1 })), draw, x));
  });
});

test('a large gradient that is made from its factors', async () => {
  const normal = (seed: number, shape: readonly number[]) => drawOnHost(key(seed), { kind: 'normal' }, shape);
  const args = { weight: normal(1, [1000, 700]), batch: { x: normal(3, [7, 1000]) } };
  const f = (({ weight, batch }: { readonly weight: tf.Tensor2D; readonly batch: { readonly x: tf.Tensor2D } }) => {
    const y = tf.tanh(tf.mul(tf.matMul(batch.x, weight), 0.03));
    return { weight: tf.sub(weight, tf.mul(tf.matMul(batch.x, y, true), 0.1)), loss: tf.sum(y) };
  }) as F;
  const { engine, rounds } = await inRounds(2, f, args, 3);
  expect(rounds).toBeGreaterThan(2);
  expectSame(await through(engine, f, args), await through(reference, f, args), tolerance);
});

test('what needs the whole batch is computed as a whole', async () => {
  const x = drawOnHost(key(1), { kind: 'normal' }, [6, 3]);
  // Batch statistics, as a batch norm has them, with a product that is worth dividing.
  const f = (({ x }: { readonly x: tf.Tensor2D }) => {
    const centred = tf.sub(x, tf.mean(x, 0, true));
    const norm = tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), 0, true), 1e-5)));
    return tf.matMul(norm, norm, true);
  }) as F;
  const { engine, rounds } = await inRounds(2, f, { x }, 3);
  expect(rounds).toBe(1);
  expectSame(await through(engine, f, { x }), await through(reference, f, { x }), tolerance);
});
