// The code that instantiations.test.ts measures: a Vision Transformer composed by hand, as a user writes it, and its training step.
import {
  type Images,
  key,
  type Logits,
  named,
  orThrow,
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
import {
  adamW,
  type BatchTensors,
  type ClassificationTarget,
  classification,
  constantSchedule,
  type TrainState,
  trainStep,
} from '../../src/train/index.js';

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
type Batch = BatchTensors<Tensor<Images>, ClassificationTarget>;

export const temperature = (params: Params): Tensor<['head']> => params.blocks[3]!.attention.temperature;

export const logits = (params: Params, batch: Batch): Tensor<Logits> =>
  model.apply(params, batch.input, training(key(1)));

export const step = (state: TrainState<Params>, batch: Batch): TrainState<Params> =>
  trainStep({
    model,
    objective: orThrow(classification({ classes: 10 })),
    optimizer: adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 }),
  })({ state, batch }, key(1)).state;
