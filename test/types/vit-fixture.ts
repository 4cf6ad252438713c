// What instantiations.test.ts weighs: a Vision Transformer composed by hand, as a user writes it, and its training step.
import {
  key,
  type Logits,
  named,
  type ParamsOf,
  repeat,
  residual,
  serial,
  type Tensor,
  training,
} from '../../src/core/index.js';
import {
  classifier,
  flatten,
  gelu,
  layerNorm,
  linear,
  localityAttention,
  mlp,
  positionEmbedding,
  shiftedPatchTokens,
} from '../../src/layers/index.js';
import { adamW, type BatchTensors, constantSchedule, type TrainState, trainStep } from '../../src/train/index.js';

const attention = localityAttention({ heads: 4, headDim: 16, temperature: 'temperature-per-head' });

const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), attention))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([128, 64]))))),
);

const model = serial(
  named('tokens', shiftedPatchTokens({ patch: 4, dim: 64 })),
  named('position', positionEmbedding()),
  named('blocks', repeat(8, block)),
  named('norm', layerNorm()),
  flatten,
  named('hidden', linear(128)),
  gelu,
  named('classifier', classifier(10)),
);

type Params = ParamsOf<typeof model>;

export const temperature = (params: Params): Tensor<['head']> => params.blocks[3]!.attention.temperature;

export const logits = (params: Params, batch: BatchTensors): Tensor<Logits> =>
  model.apply(params, batch.images, training(key(1)));

export const step = (state: TrainState<Params>, batch: BatchTensors): TrainState<Params> =>
  trainStep(model, adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 }))({ state, batch }, key(1)).state;
