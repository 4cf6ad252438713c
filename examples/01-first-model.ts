/**
 * A first model: a small Vision Transformer, composed by hand and trained for three epochs on real images.
 *
 *     npx tsx examples/01-first-model.ts            # 6,000 images
 *     npx tsx examples/01-first-model.ts 600        # a tenth of them
 */
import { countParameters, imageShape, initialize, key, named, orThrow, repeat, residual, serial } from 'vitrail/core';
import { adaptedPipeline, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import {
  classifier,
  flatten,
  gelu,
  layerNorm,
  linear,
  mlp,
  patchTokens,
  positionEmbedding,
  selfAttention,
} from 'vitrail/layers';
import { adamW, classification, constantSchedule, evaluate, fit } from 'vitrail/train';

// A transformer block. `residual` adds the output of the layer inside it to the input.
const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), selfAttention({ heads: 4, headDim: 16 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([128, 64]))))),
);

const model = serial(
  named('tokens', patchTokens({ patch: 4, dim: 64 })),
  named('position', positionEmbedding()),
  named('blocks', repeat(2, block)),
  flatten,
  named('hidden', linear(128)),
  gelu,
  named('classifier', classifier(10)),
);

// Shapes, parameter counts and costs are known before any tensor exists.
const declaration = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
console.log(
  `${countParameters(declaration).toLocaleString()} parameters, ${(declaration.macs / 1e6).toFixed(1)} M multiply-accumulates per image`,
);

const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const train = orThrow(take(Number(process.argv[2] ?? dataset.train.count))(dataset.train));
const images = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train));
const { engine, reason } = await orThrow(chooseEngine('auto'));
console.log(reason);

const objective = orThrow(classification({ classes: 10 }));
const { state } = await orThrow(
  fit({
    engine,
    model,
    objective,
    optimizer: adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 }),
    train,
    pipeline: images,
    epochs: 3,
    batchSize: 64,
    key: key(1),
    start: { params: initialize(key(1))(declaration.params) },
    onEvent: (event) => {
      if (event.kind !== 'epoch') return;
      const {
        epoch,
        train: { loss = 0, top1 = 0 },
      } = event.record;
      console.log(`epoch ${epoch}: loss ${loss.toFixed(3)}, accuracy ${(100 * top1).toFixed(1)} %`);
    },
  }),
);

const { summary } = await orThrow(
  evaluate({
    engine,
    model,
    objective,
    params: engine.fromHost(state.params),
    source: dataset.test,
    pipeline: images,
    batchSize: 100,
  }),
);
console.log(`test accuracy ${(100 * summary.top1).toFixed(1)} % on ${dataset.test.count} images`);
