/**
 * A masked autoencoder (He et al. 2022), written with public imports only: three quarters of the patches are hidden at random, and the
 * model paints them from the others. Its output is a tree, its loss needs no target, and its mask comes from the key of the step.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import {
  adamW,
  child,
  constantSchedule,
  type Declaration,
  declare,
  declareState,
  type Engine,
  eager,
  fold,
  type Images,
  imageShape,
  initialize,
  jit,
  type Key,
  key,
  layerNorm,
  linear,
  type Model,
  meanMetric,
  mlp,
  named,
  normalWith,
  type Objective,
  orThrow,
  type ParamsOf,
  parameter,
  patches,
  patchTokens,
  positionEmbedding,
  predictionStep,
  repeat,
  residual,
  selfAttention,
  serial,
  shape,
  type Tensor,
  type Tokens,
  trainStep,
  uniform,
} from 'vitrail';
import { expectSameStep, robustOptimizer } from './agreement.js';
import { fashionImages } from './fashion.js';

const [size, patch, dim] = [28, 7, 24];
const tokenCount = (size / patch) ** 2;
const visibleCount = Math.floor(tokenCount / 4);

const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), selfAttention({ heads: 2, headDim: 12 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([48, dim]))))),
);
const cut = patches(patch);
const tokenize = serial(named('patches', patchTokens({ patch, dim })), named('position', positionEmbedding()));
const encode = serial(named('blocks', repeat(2, block)), named('norm', layerNorm()));
const decode = serial(
  named('position', positionEmbedding()),
  named('blocks', repeat(1, block)),
  named('norm', layerNorm()),
  named('pixels', linear(patch * patch)),
);

interface Params {
  readonly tokenize: ParamsOf<typeof tokenize>;
  readonly encode: ParamsOf<typeof encode>;
  readonly hidden: Tensor<['feature']>;
  readonly decode: ParamsOf<typeof decode>;
}

interface Painted {
  readonly painted: Tensor<Tokens>;
  readonly original: Tensor<Tokens>;
  /** 1 for each hidden patch, 0 for each visible one. */
  readonly hidden: Tensor<['batch', 'token']>;
}

/** The position of each token in a random order, `[batch, token]`: how many of the numbers drawn for its image are smaller. */
const randomRanks = (drawKey: Key, batch: number): tf.Tensor => {
  const drawn = uniform(drawKey, [batch, tokenCount]);
  const isSmaller = tf.less(tf.expandDims(drawn, 1), tf.expandDims(drawn, 2));
  // Equal numbers are in the order of their tokens, so that no two ranks are equal.
  const before = tf.linalg.bandPart(tf.ones([tokenCount, tokenCount]), -1, 0);
  const isEqual = tf.cast(tf.equal(tf.expandDims(drawn, 1), tf.expandDims(drawn, 2)), 'float32');
  const earlier = tf.mul(isEqual, tf.sub(before, tf.eye(tokenCount)));
  return tf.sum(tf.add(tf.cast(isSmaller, 'float32'), earlier), -1);
};

const model: Model<Params, Tensor<Images>, Painted> = {
  apply: (params, images, context) => {
    const batch = images.shape[0]!;
    const ranks = randomRanks(context.mode === 'train' ? fold(context.key, 'mask') : key(0), batch);
    // Row k of `chosen` is 1 at the token that is the k-th visible one: [batch, visible, token].
    const positions = tf.reshape(tf.range(0, visibleCount), [1, visibleCount, 1]);
    const chosen = tf.cast(tf.equal(positions, tf.expandDims(ranks, 1)), 'float32');
    const hidden = tf.cast(tf.greaterEqual(ranks, visibleCount), 'float32');
    const tokens = tokenize.apply(params.tokenize, images, child(context, 'tokenize'));
    const visible: Tensor<Tokens> = tf.matMul(chosen, tokens);
    const encoded = encode.apply(params.encode, visible, child(context, 'encode'));
    const restored = tf.matMul(chosen, encoded, true, false);
    const full = tf.add(restored, tf.mul(tf.expandDims(hidden, -1), params.hidden));
    const input: Tensor<Tokens> = full;
    return {
      painted: decode.apply(params.decode, input, child(context, 'decode')),
      original: cut.apply({}, images, context),
      hidden,
    };
  },
};

const declaration: Declaration<Params> = (() => {
  const tokens = orThrow(tokenize.init(imageShape({ height: size, width: size, channels: 1 })));
  const visible = shape(['batch', 'token', 'feature'], [1, visibleCount, dim]);
  const encoded = orThrow(encode.init(visible));
  const decoded = orThrow(decode.init(tokens.output));
  return declare(
    {
      tokenize: tokens.params,
      encode: encoded.params,
      hidden: parameter({ feature: dim }, normalWith(0.02)),
      decode: decoded.params,
    },
    decoded.output,
  );
})();

/** The mean squared error of the hidden patches of each image. */
const hiddenError = ({ painted, original, hidden }: Painted): Tensor<['batch']> => {
  const errors = tf.mean(tf.squaredDifference(painted as tf.Tensor, original), -1);
  return tf.div(tf.sum(tf.mul(errors, hidden), -1), tf.sum(hidden, -1));
};

type NoTarget = Readonly<Record<never, never>>;

const objective: Objective<Painted, NoTarget, 'loss' | 'hidden'> = {
  loss: (output) => tf.mean(hiddenError(output)),
  metrics: {
    loss: meanMetric(hiddenError),
    hidden: meanMetric(({ hidden }: Painted) => tf.sum(hidden, -1)),
  },
  check: () => E.right(undefined),
};

const optimizer = adamW({ schedule: constantSchedule(1e-2), weightDecay: 0.01, clip: 1 });
const step = trainStep({ model, objective, optimizer });
const state = initialize(key(1))(declareState(declaration, optimizer));
const batchOf = (from: number) => ({ input: fashionImages(32, from), target: {} });

test('it learns to paint what is hidden', async () => {
  const engine = await orThrow(jit({ threads: 2 }));
  const compiled = engine.compile(step, { donate: ['state', 'batch'] });
  const losses: number[] = [];
  let live = engine.fromHost(state);
  for (let i = 0; i < 60; i++) {
    const next = await orThrow(compiled({ state: live, batch: engine.fromHost(batchOf(32 * i)) }, fold(key(2), i)));
    const { loss, sums, examples } = await orThrow(engine.toHost(next.metrics));
    expect(sums.hidden.total!.data[0]).toBe(32 * (tokenCount - visibleCount));
    expect(examples.data[0]).toBe(32);
    losses.push(loss.data[0]!);
    live = next.state;
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-5))).toBeLessThan(0.5 * mean(losses.slice(0, 2)));
  // Better than painting every hidden pixel in the mean color of the images.
  const pixels = Array.from(batchOf(0).input.data);
  const color = mean(pixels);
  expect(mean(losses.slice(-5))).toBeLessThan(0.85 * mean(pixels.map((pixel) => (pixel - color) ** 2)));
});

test('the mask is drawn from the key: other keys hide other patches, and evaluation always the same', async () => {
  const engine = await orThrow(jit({ threads: 1 }));
  const hiddenBy = engine.compile(
    ({ params, input }: { readonly params: Params; readonly input: Tensor<Images> }, k: Key) =>
      model.apply(params, input, { mode: 'train', key: k, path: [] }).hidden,
  );
  const args = engine.fromHost({ params: state.params, input: batchOf(0).input });
  const masked = async (seed: number) =>
    Array.from((await orThrow(engine.toHost(await orThrow(hiddenBy(args, key(seed)))))).data);
  const first = await masked(1);
  expect(await masked(1)).toEqual(first);
  expect(await masked(2)).not.toEqual(first);
  const evaluated = engine.compile(predictionStep(model));
  const hidden = async () => Array.from((await orThrow(engine.toHost((await orThrow(evaluated(args))).hidden))).data);
  expect(await hidden()).toEqual(await hidden());
});

test('a step is the same on every engine, divided among threads or not', async () => {
  const compared = trainStep({ model, objective, optimizer: robustOptimizer });
  const stepOn = async (engine: Engine): Promise<unknown> => {
    const next = await orThrow(engine.compile(compared)(engine.fromHost({ state, batch: batchOf(0) }), key(3)));
    return orThrow(engine.toHost(next));
  };
  const reference = await stepOn(await orThrow(eager('cpu')));
  for (const make of [jit({ threads: 1 }), jit({ threads: 2, dividedFrom: 0 })])
    expectSameStep(await stepOn(await orThrow(make)), reference);
});
