/** What a page would do: compose a Vision Transformer, initialize it, predict, and train one step. */
import * as tf from '@tensorflow/tfjs';
import {
  evaluation,
  type HostTensor,
  imageShape,
  initialize,
  key,
  named,
  normal,
  orThrow,
  type ParamsOf,
  repeat,
  residual,
  serial,
  tree,
} from '../../src/core/index.js';
import {
  classifier,
  dropout,
  layerNorm,
  localityAttention,
  meanPool,
  mlp,
  positionEmbedding,
  shiftedPatchTokens,
} from '../../src/layers/index.js';
import { adaptTo, declareModel, quickstartModels } from '../../src/models/index.js';
import {
  adamW,
  classification,
  constantSchedule,
  declareState,
  type OptimizerState,
  trainStep,
} from '../../src/train/index.js';

const image = { height: 8, width: 8, channels: 3 };

const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), localityAttention({ heads: 2, headDim: 4 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([16, 8]))))),
);
const model = serial(
  named('tokens', shiftedPatchTokens({ patch: 4, dim: 8 })),
  named('position', positionEmbedding()),
  named('blocks', repeat(2, block)),
  named('drop', dropout(0.2)),
  meanPool,
  named('classifier', classifier(3)),
);
type Params = ParamsOf<typeof model>;

export interface Outcome {
  readonly parameters: number;
  readonly before: readonly number[];
  readonly loss: number;
  readonly after: readonly number[];
}

/** Runs the program on tfjs's plain JavaScript backend. */
export const run = async (): Promise<Outcome> => {
  await tf.setBackend('cpu');
  const input = imageShape(image, 2);
  const initial = initialize(key(1))(orThrow(model.init(input)).params);
  const tensorsOf = tree.map(({ data, shape, dtype }: HostTensor) => tf.tensor(data, [...shape], dtype));
  const params = tensorsOf(initial) as Params;
  const images = normal(key(2), input.sizes);
  const logitsOf = (at: Params): readonly number[] => Array.from(model.apply(at, images, evaluation).dataSync());
  const optimizer = adamW({ schedule: constantSchedule(0.01), weightDecay: 0.1 });
  const objective = orThrow(classification({ classes: 3, labelSmoothing: 0.1 }));
  const rest = initialize(key(1))(declareState(orThrow(model.init(input)), optimizer));
  const optimizerState = tensorsOf(rest.optimizer) as OptimizerState;
  const { state, metrics } = trainStep({ model, objective, optimizer })(
    {
      state: { params, optimizer: optimizerState, step: tf.scalar(0) },
      batch: { input: images, target: tf.tensor1d([0, 2], 'int32') },
    },
    key(3),
  );
  const preset = orThrow(declareModel(adaptTo({ image, classes: 3 })(quickstartModels.sl)));
  return {
    parameters: tree.leaves(preset.declaration.params).length,
    before: logitsOf(params),
    loss: Number(metrics.loss.dataSync()[0]),
    after: logitsOf(state.params),
  };
};
