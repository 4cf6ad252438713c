/**
 * 01: a first model in fifteen lines. A small Vision Transformer is composed, trained for three epochs on real images, and tested.
 *
 *     npx tsx examples/01-first-model.ts              # 6,000 images; a minute on two cores
 *     npx tsx examples/01-first-model.ts 600 1        # images, epochs
 */
import { imageShape, initialize, key, named, orThrow, residual, serial } from 'vitrail/core';
import { adaptedPipeline, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { classifier, flatten, layerNorm, mlp, patchTokens, positionEmbedding, selfAttention } from 'vitrail/layers';
import { adamW, classification, constantSchedule, evaluate, fit } from 'vitrail/train';

const [images = 6000, epochs = 3] = process.argv.slice(2).map(Number);

// A model is a value, composed of layers. `named` parts have parameters; `residual` adds a layer's input to its output.
const tokens = serial(named('tokens', patchTokens({ patch: 4, dim: 48 })), named('position', positionEmbedding()));
const attention = residual(serial(named('norm', layerNorm()), selfAttention({ heads: 3, headDim: 16 })));
const perceptron = residual(serial(named('norm', layerNorm()), named('layers', mlp([96, 48]))));
const block = serial(named('attention', attention), named('mlp', perceptron));
const model = serial(tokens, named('block', block), flatten, named('classifier', classifier(10)));

// `init` declares the parameters for a shape of images, or says what does not fit. No tensor exists yet.
const { params } = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));

// What can go wrong returns a value. `orThrow` is for scripts: it takes the value, or throws the error.
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const train = orThrow(take(images)(dataset.train));
const pipeline = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train));
const { engine } = orThrow(await chooseEngine('auto')());

const task = { engine, model, objective: orThrow(classification({ classes: 10 })), pipeline, batchSize: 64 };
const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 });
const start = { params: initialize(key(1))(params) };
const { state, progress } = await orThrow(fit({ ...task, optimizer, train, epochs, key: key(1), start }));
const { summary } = await orThrow(evaluate({ ...task, params: engine.fromHost(state.params), source: dataset.test }));

console.table(
  progress.history.map(({ epoch, train: { loss, top1 } }) => ({
    epoch,
    loss: loss?.toFixed(3),
    accuracy: top1?.toFixed(3),
  })),
);
console.log(`test accuracy ${(100 * summary.top1).toFixed(1)} % on ${dataset.test.count} images`);
