/** What a page would do: compose a Vision Transformer, initialize it, predict, and take one gradient step. */
import * as tf from '@tensorflow/tfjs';
import {
  evaluation,
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
  type Tensor,
  training,
  tree,
  valueAndGrad,
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
  const params = tree.map(({ data, shape, dtype }: (typeof initial)['classifier']['weight']) =>
    tf.tensor(data, [...shape], dtype),
  )(initial) as Params;
  const images = normal(key(2), input.sizes);
  const logitsOf = (at: Params): readonly number[] => Array.from(model.apply(at, images, evaluation).dataSync());
  const { loss, gradients } = valueAndGrad((at: Params) => ({
    loss: tf.sum(tf.square(model.apply(at, images, training(key(3))))),
    aux: {},
  }))(params);
  const step = tree.zipSame((value: Tensor, gradient: Tensor) => tf.sub(value, tf.mul(gradient, 0.01)));
  const preset = orThrow(declareModel(adaptTo({ image, classes: 3 })(quickstartModels.sl)));
  return {
    parameters: tree.leaves(preset.declaration.params).length,
    before: logitsOf(params),
    loss: Number(loss.dataSync()[0]),
    after: logitsOf(step(params, gradients)),
  };
};
