/**
 * A variant: existing layers in a new order, and a block that the library lacks.
 *
 * `mixTokens` mixes the tokens with one learned matrix instead of attention (Tolstikhin et al. 2021). It is a `Layer` like any other:
 * `init` declares its parameters, `apply` computes with tfjs operations. Its gradient, its place in the parameter tree, its errors and
 * its compilation follow from these two functions.
 *
 *     npx tsx examples/02-a-block-of-your-own.ts [images] [epochs]
 */
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
  tf,
} from 'vitrail/core';
import { adaptedPipeline, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { classifier, layerNorm, localityAttention, meanPool, mlp, shiftedPatchTokens } from 'vitrail/layers';
import { adamW, classification, constantSchedule, fit } from 'vitrail/train';

const mixTokens: Layer<{ readonly mixer: Tensor<['to', 'from']> }, Tokens, Same> = {
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([, tokens, width]) =>
        declare({ mixer: parameter({ to: tokens, from: tokens }, glorotUniform(tokens, tokens)) }, input, {
          macs: tokens * tokens * width,
        }),
      ),
    ),
  apply: (params, x) => {
    const [batch = 0, tokens = 0, width = 0] = x.shape;
    // One product for the whole batch: tokens are rows, the features of all images columns.
    const columns: tf.Tensor2D = tf.reshape(tf.transpose(x, [1, 0, 2]), [tokens, batch * width]);
    const mixed = tf.matMul(tf.reshape<tf.Rank.R2>(params.mixer, [tokens, tokens]), columns);
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
const train = orThrow(take(count ?? dataset.train.count)(dataset.train));
const { engine } = await orThrow(chooseEngine('auto'));

const { state } = await orThrow(
  fit({
    engine,
    model,
    objective: orThrow(classification({ classes: 10 })),
    optimizer: adamW({
      schedule: constantSchedule(2e-3),
      weightDecay: 0.05,
      decayMask: (path) => path.at(-1) === 'weight',
    }),
    train,
    validation: orThrow(take(500)(dataset.test)),
    pipeline: orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train)),
    epochs: epochs ?? 3,
    batchSize: 64,
    key: key(1),
    start: { params: initialize(key(1))(declaration.params) },
    onEvent: (event) => {
      if (event.kind !== 'epoch') return;
      const { epoch, validation } = event.record;
      console.log(`epoch ${epoch}: validation accuracy ${(100 * (validation?.top1 ?? 0)).toFixed(1)} %`);
    },
  }),
);

// The parameters are a plain tree, and the type checker knows every leaf of it.
const [temperature] = state.params.far.temperature.data;
console.log(`learned temperature: ${temperature?.toFixed(3)}, from ${Math.sqrt(16)}`);
