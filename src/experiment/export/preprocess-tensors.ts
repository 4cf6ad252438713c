import * as tf from '@tensorflow/tfjs-core';
import type { Images, Tensor } from '../../core/axes.js';
import type { LinearPreprocessing, Resampling } from './linear-preprocessing.js';

const isIdentity = ({ outputs, inputs, weights }: Resampling): boolean =>
  outputs === inputs && weights.every((weight, i) => weight === (i % (inputs + 1) === 0 ? 1 : 0));

/** Resamples along the first axis: `[inputs, …] → [outputs, …]`. */
const alongFirst = (x: tf.Tensor, { outputs, inputs, weights }: Resampling): tf.Tensor => {
  const [, ...others] = x.shape;
  const map = tf.tensor2d(weights, [outputs, inputs]);
  return tf.reshape(tf.matMul(map, tf.reshape(x, [inputs, -1])), [outputs, ...others]);
};

const along = (x: tf.Tensor, axis: number, resampling: Resampling): tf.Tensor => {
  if (isIdentity(resampling)) return x;
  const first = [axis, ...[0, 1, 2, 3].filter((other) => other !== axis)];
  const back = [0, 1, 2, 3].map((other) => first.indexOf(other));
  return tf.transpose(alongFirst(tf.transpose(x, first), resampling), back);
};

/** Linear preprocessing of a batch of raw images: `[batch, row, column, channel]` to the same axes. */
export const preprocessTensors = (
  { rows, columns, mean, std }: LinearPreprocessing,
  images: tf.Tensor,
): Tensor<Images> => {
  const resized = along(along(images, 2, columns), 1, rows);
  return tf.div(tf.sub(resized, tf.tensor1d([...mean])), tf.tensor1d([...std]));
};
