/**
 * A variant: old parts in a new order, and a block that the library does not have.
 *
 * `mixTokens` lets tokens speak through one learned matrix instead of attention (Tolstikhin et al. 2021). It is a `Layer` like any
 * other: `init` declares what it owns, `apply` computes with tfjs operations. Its gradient, its place in the parameter
 * tree, its errors and its compilation come by themselves.
 *
 *     npx tsx examples/02-a-block-of-your-own.ts [images] [epochs]
 */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Layer, Same, Tensor, Tokens } from 'vitrail/core';
import {
  declare,
  expectAxes,
  glorotUniform,
  imageShape,
  initialize,
  key,
  named,
  orThrow,
  parameter,
  residual,
  serial,
  summarize,
} from 'vitrail/core';
import { adaptNormalization, loadDataset, pipeline, take } from 'vitrail/data';
import { chooseEngine } from 'vitrail/engine';
import { classifier, layerNorm, localityAttention, meanPool, mlp, shiftedPatchTokens } from 'vitrail/layers';
import { adamW, beginning, constantSchedule, declareState, fit } from 'vitrail/train';

const mixTokens: Layer<{ readonly mixer: Tensor<['to', 'from']> }, Tokens, Same> = {
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([, tokens, width]) =>
        declare({ mixer: parameter({ to: tokens!, from: tokens! }, glorotUniform(tokens!, tokens!)) }, input, {
          macs: tokens! * tokens! * width!,
        }),
      ),
    ),
  apply: (params, x) => {
    const [batch, tokens, width] = x.shape as [number, number, number];
    // One product for the whole batch: features and images side by side, tokens inside.
    const columns = tf.reshape(tf.transpose(x as tf.Tensor, [1, 0, 2]), [tokens, batch * width]);
    const mixed = tf.matMul(params.mixer as tf.Tensor2D, columns as tf.Tensor2D);
    return tf.transpose(tf.reshape(mixed, [tokens, batch, width]), [1, 0, 2]);
  },
};

const model = serial(
  named('tokens', shiftedPatchTokens({ patch: 4, dim: 48, directions: 'cardinal' })),
  named('near', residual(serial(named('norm', layerNorm()), mixTokens))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([96, 48]))))),
  named('far', residual(serial(named('norm', layerNorm()), localityAttention({ heads: 3, headDim: 16 })))),
  named('norm', layerNorm()),
  meanPool,
  named('classifier', classifier(10)),
);

const declaration = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
console.log(summarize(declaration));

const [count, epochs] = process.argv.slice(2).map(Number);
const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const train = take(count ?? dataset.train.count)(dataset.train);
const { engine } = await orThrow(chooseEngine('auto'));
const schedule = constantSchedule(2e-3);
const optimizer = adamW({ schedule, weightDecay: 0.05, decayMask: (path) => path.at(-1) === 'weight' });

const { state } = await orThrow(
  fit({
    engine,
    model,
    optimizer,
    schedule,
    train,
    validation: take(500)(dataset.test),
    pipeline: pipeline([{ kind: 'flip' }, { kind: 'normalize' }], adaptNormalization(train)),
    epochs: epochs ?? 3,
    batchSize: 64,
    key: key(1),
    start: { state: initialize(key(1))(declareState(declaration, optimizer)), progress: beginning },
    onEvent: (event) => {
      if (event.kind !== 'epoch') return;
      const { epoch, validation } = event.record;
      console.log(`epoch ${epoch}: validation accuracy ${(100 * (validation?.top1 ?? 0)).toFixed(1)} %`);
    },
  }),
);

// The parameters are a plain tree, and the compiler knows every leaf of it.
console.log(`learned temperature: ${state.params.far.temperature.data[0]!.toFixed(3)}, from ${Math.sqrt(16)}`);
