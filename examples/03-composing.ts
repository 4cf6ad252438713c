/**
 * 03: composing. `serial` puts layers in a row, `residual` adds the output of a layer to its input, `repeat` repeats a block with parameters
 * of its own each time, and `named` gives a part its place in the parameter tree. What they make is a layer again.
 *
 * One block here is new: `mixTokens` mixes the tokens with one learned matrix instead of attention (Tolstikhin et al. 2021).
 * How to check such a layer of your own: examples/11.
 *
 *     npx tsx examples/03-composing.ts                # 6,000 images, 3 epochs; a minute on two cores
 *     npx tsx examples/03-composing.ts 600 1
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Layer, Same, Tensor, Tokens } from 'vitrail/core';
import {
  declare,
  describeLayers,
  expectAxes,
  glorotUniform,
  imageShape,
  initialize,
  key,
  named,
  orThrow,
  parameter,
  repeat,
  residual,
  serial,
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
      E.map(([batch, tokens, width]) =>
        declare({ mixer: parameter({ to: tokens, from: tokens }, glorotUniform(tokens, tokens)) }, input, {
          macs: batch * tokens * tokens * width,
        }),
      ),
    ),
  // The matrix is the same for every image, so tfjs repeats it along the batch.
  apply: ({ mixer }, x) => tf.matMul(mixer, x),
};

// Blocks are values. `near` mixes neighbours and others alike, by position; `far` mixes by content.
const perceptron = residual(serial(named('norm', layerNorm()), named('layers', mlp([96, 48]))));
const near = serial(named('mix', residual(serial(named('norm', layerNorm()), mixTokens))), named('mlp', perceptron));
const attention = localityAttention({ heads: 3, headDim: 16 });
const far = residual(serial(named('norm', layerNorm()), attention));

const model = serial(
  named('tokens', shiftedPatchTokens({ patch: 4, dim: 48, directions: 'cardinal' })),
  named('near', repeat(2, near)),
  named('far', far),
  named('norm', layerNorm()),
  meanPool,
  named('classifier', classifier(10)),
);

// Wrong wiring does not compile: `serial(meanPool, named('far', far))` says that 'far' accepts [batch token feature], but
// [batch feature] reaches it. Sizes come from data, so a wrong one is a value, before any tensor exists:
const misfit = model.init(imageShape({ height: 30, width: 30, channels: 1 }));
if (E.isLeft(misfit)) console.log(misfit.left.message);

// The parts, what each gives, and what it costs.
const declaration = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
console.table(
  describeLayers(declaration).map(({ path, output: { axes, sizes }, parameters, macs }) => ({
    path,
    output: axes.map((axis, i) => `${axis} ${sizes[i]}`).join(', '),
    parameters,
    macs,
  })),
);

const [images = 6000, epochs = 3] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const train = orThrow(take(images)(dataset.train));
const { engine } = orThrow(await chooseEngine('auto')());
const { state, progress } = await orThrow(
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
    epochs,
    batchSize: 64,
    key: key(1),
    start: { params: initialize(key(1))(declaration.params) },
  }),
);
console.table(
  progress.history.map(({ epoch, validation }) => ({ epoch, 'validation accuracy': validation?.top1?.toFixed(3) })),
);

// The parameters are a plain tree, and the type checker knows every leaf: `state.params.near[2]` would be undefined, `.fra` an error.
const [temperature] = state.params.far.temperature.data;
console.log(`learned temperature: ${temperature?.toFixed(3)}, from ${Math.sqrt(16)}`);
console.log(`the mixers have ${state.params.near.map(({ mix }) => mix.mixer.shape.join(' × ')).join(' and ')} numbers`);
