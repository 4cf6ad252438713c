/** Models of two inputs, written with public imports only: their input is a tree, and so may be their output. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import {
  adamW,
  child,
  classification,
  classifier,
  constantSchedule,
  crossEntropy,
  type Declaration,
  declare,
  declareState,
  type Engine,
  eager,
  float32,
  fold,
  gelu,
  type Images,
  imageShape,
  initialize,
  inTopK,
  int32,
  jit,
  key,
  type Logits,
  layerNorm,
  linear,
  type Model,
  meanMetric,
  meanPool,
  mlp,
  named,
  type Objective,
  orThrow,
  type ParamsOf,
  parameter,
  patchTokens,
  positionEmbedding,
  residual,
  selfAttention,
  serial,
  shape,
  type Tensor,
  trainStep,
  type Vectors,
  zeros,
} from 'vitrail';
import { expectSameStep, robustOptimizer } from './agreement.js';
import { fashionImages, fashionLabels, noisy } from './fashion.js';

const image = imageShape({ height: 28, width: 28, channels: 1 });
const dim = 16;
const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), selfAttention({ heads: 2, headDim: 8 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([32, dim]))))),
);
/** Images to vectors. */
const encoder = serial(
  named('tokens', patchTokens({ patch: 7, dim })),
  named('position', positionEmbedding()),
  named('block', block),
  meanPool,
  named('projection', linear(12)),
);
const optimizer = adamW({ schedule: constantSchedule(3e-3), weightDecay: 0.01 });
const batchSize = 24;

const engines = [
  ['jit, 1 thread', jit({ threads: 1 })],
  ['jit, divided among threads', jit({ threads: 2, dividedFrom: 0 })],
] as const;

describe('two views of one image', () => {
  interface Params {
    readonly encoder: ParamsOf<typeof encoder>;
    /** The logarithm of the factor on the similarities. */
    readonly sharpness: Tensor<[]>;
  }
  interface Views {
    readonly first: Tensor<Images>;
    readonly second: Tensor<Images>;
  }
  interface Similarities {
    /** `[batch, batch]`: how similar each first view is to each second view. */
    readonly similarities: Tensor;
  }
  type NoTarget = Readonly<Record<never, never>>;

  const unit = (vectors: Tensor<Vectors>): tf.Tensor =>
    tf.div(vectors as tf.Tensor, tf.sqrt(tf.add(tf.sum(tf.square(vectors), -1, true), 1e-6)));

  const model: Model<Params, Views, Similarities> = {
    apply: (params, { first, second }, context) => {
      const a = unit(encoder.apply(params.encoder, first, child(context, 'first')));
      const b = unit(encoder.apply(params.encoder, second, child(context, 'second')));
      return { similarities: tf.mul(tf.matMul(a, b, false, true), tf.exp(params.sharpness)) };
    },
  };

  const encoded = orThrow(encoder.init(image));
  const declaration: Declaration<Params> = declare(
    { encoder: encoded.params, sharpness: parameter({}, zeros) },
    encoded.output,
  );

  /** Each view belongs to the other view of its image: InfoNCE (van den Oord et al. 2018), from both sides. */
  const ownIndex = (similarities: Tensor): Tensor<['batch']> => tf.cast(tf.range(0, similarities.shape[0]!), 'int32');
  const infoNce = ({ similarities }: Similarities): Tensor<['batch']> => {
    const own = ownIndex(similarities);
    const there: Tensor<Logits> = similarities as tf.Tensor;
    const back: Tensor<Logits> = tf.transpose(similarities as tf.Tensor);
    return tf.div(tf.add(crossEntropy(there, own) as tf.Tensor, crossEntropy(back, own)), 2);
  };
  const objective: Objective<Similarities, NoTarget, 'loss' | 'found'> = {
    loss: (output) => tf.mean(infoNce(output)),
    metrics: {
      loss: meanMetric(infoNce),
      found: meanMetric(({ similarities }: Similarities) =>
        inTopK(similarities as tf.Tensor, ownIndex(similarities), 1),
      ),
    },
    check: () => E.right(undefined),
  };

  const step = trainStep({ model, objective, optimizer });
  const state = initialize(key(1))(declareState(declaration, optimizer));
  const batchOf = (i: number) => {
    const images = fashionImages(batchSize, i * batchSize);
    return { input: { first: noisy(images, 2 * i), second: noisy(images, 2 * i + 1) }, target: {} };
  };

  test('it learns to find the other view', async () => {
    const engine = await orThrow(jit({ threads: 2 }));
    const compiled = engine.compile(step, { donate: ['state', 'batch'] });
    let live = engine.fromHost(state);
    const seen: { readonly loss: number; readonly found: number }[] = [];
    for (let i = 0; i < 30; i++) {
      const next = await orThrow(compiled({ state: live, batch: engine.fromHost(batchOf(i)) }, fold(key(2), i)));
      const { loss, sums } = await orThrow(engine.toHost(next.metrics));
      seen.push({ loss: loss.data[0]!, found: sums.found.total!.data[0]! / batchSize });
      live = next.state;
    }
    // The similarities of the first step are at most 1 apart or so: the loss is near that of guessing.
    expect(seen[0]!.loss).toBeGreaterThan(Math.log(batchSize) - 1);
    expect(seen.at(-1)!.loss).toBeLessThan(seen[0]!.loss - 0.5);
    expect(seen.at(-1)!.found).toBeGreaterThan(0.5);
  });

  test.each(engines)('a step on %s is that of the eager engine', async (_, make) => {
    const compared = trainStep({ model, objective, optimizer: robustOptimizer });
    const stepOn = async (engine: Engine): Promise<unknown> =>
      orThrow(
        engine.toHost(await orThrow(engine.compile(compared)(engine.fromHost({ state, batch: batchOf(0) }), key(3)))),
      );
    expectSameStep(await stepOn(await orThrow(make)), await stepOn(await orThrow(eager('cpu'))));
  });
});

describe('an image and a vector of measurements', () => {
  const measure = serial(named('hidden', linear(8)), gelu);
  const head = classifier(10);

  interface Params {
    readonly encoder: ParamsOf<typeof encoder>;
    readonly measure: ParamsOf<typeof measure>;
    readonly head: ParamsOf<typeof head>;
  }
  interface Input {
    readonly image: Tensor<Images>;
    readonly measurements: Tensor<Vectors>;
  }

  const model: Model<Params, Input, Tensor<Logits>> = {
    apply: (params, { image: images, measurements }, context) => {
      const seen = encoder.apply(params.encoder, images, child(context, 'encoder'));
      const measured = measure.apply(params.measure, measurements, child(context, 'measure'));
      const both: Tensor<Vectors> = tf.concat([seen as tf.Tensor, measured], -1);
      return head.apply(params.head, both, child(context, 'head'));
    },
  };

  const encoded = orThrow(encoder.init(image));
  const measured = orThrow(measure.init(shape(['batch', 'feature'], [1, 3])));
  const decided = orThrow(head.init(shape(['batch', 'feature'], [1, 12 + 8])));
  const declaration: Declaration<Params> = declare(
    { encoder: encoded.params, measure: measured.params, head: decided.params },
    decided.output,
  );
  const objective = orThrow(classification({ classes: 10 }));
  const step = trainStep({ model, objective, optimizer });
  const state = initialize(key(1))(declareState(declaration, optimizer));
  const batchOf = (i: number) => {
    const labels = fashionLabels(batchSize, i * batchSize);
    const measurements = labels.flatMap((label) => [label / 10, Math.sin(label), Math.cos(label)]);
    return {
      input: { image: fashionImages(batchSize, i * batchSize), measurements: float32([batchSize, 3], measurements) },
      target: int32([batchSize], labels),
    };
  };

  test('it learns from both', async () => {
    const engine = await orThrow(jit({ threads: 2 }));
    const compiled = engine.compile(step, { donate: ['state', 'batch'] });
    let live = engine.fromHost(state);
    const losses: number[] = [];
    for (let i = 0; i < 40; i++) {
      const next = await orThrow(compiled({ state: live, batch: engine.fromHost(batchOf(i)) }, fold(key(2), i)));
      losses.push((await orThrow(engine.toHost(next.metrics.loss))).data[0]!);
      live = next.state;
    }
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
  });

  test.each(engines)('a step on %s is that of the eager engine', async (_, make) => {
    const compared = trainStep({ model, objective, optimizer: robustOptimizer });
    const stepOn = async (engine: Engine): Promise<unknown> =>
      orThrow(
        engine.toHost(await orThrow(engine.compile(compared)(engine.fromHost({ state, batch: batchOf(0) }), key(3)))),
      );
    expectSameStep(await stepOn(await orThrow(make)), await stepOn(await orThrow(eager('cpu'))));
  });
});
