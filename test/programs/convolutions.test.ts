/** Models with convolutions, written with public imports only: a CCT, a ViT with convolutions in its MLP, and a small ResNet. */
import { describe, expect, test } from 'vitest';
import {
  type AnyLayer,
  adamW,
  add,
  batchNorm,
  classification,
  classifier,
  constantSchedule,
  conv,
  convTokens,
  type Declaration,
  declareState,
  depthwiseConv,
  dropPath,
  type Engine,
  eager,
  elementwise,
  fanOut,
  fold,
  gelu,
  imageShape,
  imagesToTokens,
  initialize,
  int32,
  jit,
  key,
  layerNorm,
  layerScale,
  linear,
  localityAttention,
  maxPool,
  meanPool,
  mlp,
  named,
  orThrow,
  positionEmbedding,
  relu,
  repeat,
  residual,
  selfAttention,
  sequencePool,
  serial,
  shiftedPatchTokens,
  tf,
  tokensToImages,
  trainStep,
} from 'vitrail';
import { expectSameStep, robustOptimizer } from './agreement.js';
import { fashionImages, fashionLabels } from './fashion.js';

const image = imageShape({ height: 28, width: 28, channels: 1 });
const dim = 12;

const attention = residual(
  serial(named('norm', layerNorm()), selfAttention({ heads: 2, headDim: 6 }), named('path', dropPath(0.1))),
);
const cct = serial(
  named('tokens', convTokens({ dim, layers: 2, hidden: 8 })),
  named('position', positionEmbedding()),
  named(
    'blocks',
    repeat(
      2,
      serial(
        named('attention', attention),
        named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([24, dim]))))),
      ),
    ),
  ),
  named('norm', layerNorm()),
  named('pool', sequencePool()),
  named('classifier', classifier(10)),
);

// The tokens are images again between the two linear layers, so that each sees its neighbours (LocalViT, Li et al. 2021).
const localMlp = serial(
  named('up', linear(24)),
  tokensToImages(7),
  named('local', depthwiseConv({ size: 3 })),
  elementwise((x) => tf.clipByValue(x, 0, 6)),
  imagesToTokens,
  named('down', linear(dim)),
  named('scale', layerScale(0.5)),
);
const hybrid = serial(
  named('tokens', shiftedPatchTokens({ patch: 4, dim })),
  named('position', positionEmbedding()),
  named('attention', residual(serial(named('norm', layerNorm()), localityAttention({ heads: 2, headDim: 6 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), localMlp))),
  named('norm', layerNorm()),
  meanPool,
  named('classifier', classifier(10)),
);

/** A basic block of a ResNet (He et al. 2015) that halves the images; its shortcut is a convolution of one pixel. */
const halving = (units: number) =>
  serial(
    fanOut(
      add,
      named(
        'branch',
        serial(
          named('first', conv(units, { size: 3, stride: 2, padding: 1, bias: false })),
          named('norm', batchNorm()),
          relu,
          named('second', conv(units, { size: 3, padding: 1, bias: false })),
        ),
      ),
      named('shortcut', conv(units, { size: 1, stride: 2, padding: 0, bias: false })),
    ),
    named('norm', batchNorm()),
    relu,
  );
const resNet = serial(
  named('stem', conv(6, { size: 3, padding: 1 })),
  gelu,
  maxPool({ size: 2 }),
  named('one', halving(8)),
  named('two', halving(12)),
  imagesToTokens,
  meanPool,
  named('classifier', classifier(10)),
);

const batchSize = 24;
const batchOf = (i: number) => ({
  input: fashionImages(batchSize, i * batchSize),
  target: int32([batchSize], fashionLabels(batchSize, i * batchSize)),
});
const objective = orThrow(classification({ classes: 10 }));
const optimizer = adamW({ schedule: constantSchedule(1e-2), weightDecay: 0.01 });

const engines = [
  ['jit, 1 thread', jit({ threads: 1 })],
  ['jit, divided among threads', jit({ threads: 2, dividedFrom: 0 })],
] as const;

describe.each<readonly [string, AnyLayer]>([
  ['a CCT', cct],
  ['a ViT with depthwise convolutions in its MLP', hybrid],
  ['a small ResNet', resNet],
])('%s', (_, model) => {
  const declaration: Declaration<unknown> = orThrow(model.init(image));

  test('learns', async () => {
    const engine = await orThrow(jit({ threads: 2 }));
    const compiled = engine.compile(trainStep({ model, objective, optimizer }), { donate: ['state', 'batch'] });
    let live = engine.fromHost(initialize(key(1))(declareState(declaration, optimizer)));
    const losses: number[] = [];
    for (let i = 0; i < 25; i++) {
      const next = await orThrow(compiled({ state: live, batch: engine.fromHost(batchOf(i)) }, fold(key(2), i)));
      losses.push((await orThrow(engine.toHost(next.metrics.loss))).data[0]!);
      live = next.state;
    }
    expect(losses[0]!).toBeGreaterThan(1.8);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
  });

  test.each(engines)('a step on %s is that of the eager engine', async (_, make) => {
    const compared = trainStep({ model, objective, optimizer: robustOptimizer });
    const state = initialize(key(1))(declareState(declaration, robustOptimizer));
    const stepOn = async (engine: Engine): Promise<unknown> =>
      orThrow(
        engine.toHost(await orThrow(engine.compile(compared)(engine.fromHost({ state, batch: batchOf(0) }), key(3)))),
      );
    expectSameStep(await stepOn(await orThrow(make)), await stepOn(await orThrow(eager('cpu'))));
  });
});
