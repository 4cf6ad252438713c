/**
 * A first model: a small Vision Transformer, composed by hand and trained for three epochs on real images.
 *
 *     npx tsx examples/01-first-model.ts            # 6,000 images
 *     npx tsx examples/01-first-model.ts 600        # a tenth of them
 */
import { countParameters, imageShape, initialize, key, named, orThrow, repeat, residual, serial } from 'vitrail/core';
import { adaptNormalization, loadDataset, pipeline, take } from 'vitrail/data';
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
import {
  adamW,
  beginning,
  constantSchedule,
  declareState,
  evaluate,
  evaluationStep,
  figures,
  fit,
  total,
} from 'vitrail/train';

// A block: what it adds to the stream of tokens is written inside `residual`.
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

// Shapes, parameters and costs are known before any tensor exists.
const declaration = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
console.log(
  `${countParameters(declaration).toLocaleString()} parameters, ${(declaration.macs / 1e6).toFixed(1)} M multiply-accumulates an image`,
);

const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const train = take(Number(process.argv[2] ?? dataset.train.count))(dataset.train);
const images = pipeline([{ kind: 'flip' }, { kind: 'normalize' }], adaptNormalization(train));
const { engine, reason } = await orThrow(chooseEngine('auto'));
console.log(reason);

const schedule = constantSchedule(1e-3);
const optimizer = adamW({ schedule, weightDecay: 0.05 });
const start = initialize(key(1))(declareState(declaration, optimizer));
const { state } = await orThrow(
  fit({
    engine,
    model,
    optimizer,
    schedule,
    train,
    pipeline: images,
    epochs: 3,
    batchSize: 64,
    key: key(2),
    start: { state: start, progress: beginning },
    onEvent: (event) => {
      if (event.kind !== 'epoch') return;
      const { epoch, train: measured } = event.record;
      console.log(`epoch ${epoch}: loss ${measured.loss.toFixed(3)}, accuracy ${(100 * measured.top1).toFixed(1)} %`);
    },
  }),
);

const judged = await orThrow(
  evaluate({
    engine,
    step: engine.compile(evaluationStep(model)),
    params: engine.fromHost(state.params),
    images: dataset.test,
    pipeline: images,
    batchSize: 100,
  }),
);
console.log(`test accuracy ${(100 * figures(total(judged)).top1).toFixed(1)} % on ${dataset.test.count} images`);
