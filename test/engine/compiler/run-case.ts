import * as tf from '@tensorflow/tfjs-core';
import { drawOnHost } from '../../../src/core/draws.js';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { fold, key } from '../../../src/core/key.js';
import { valueAndGrad } from '../../../src/core/value-and-grad.js';
import type { Argument, KernelCase } from './tfjs-kernel-cases/index.js';

/** Random values for the argument at a position. */
export const hostOf = ({ shape, dtype = 'float32', from = -2, to = 2 }: Argument, position: number): HostTensor => {
  const seed = fold(key(7), position);
  if (dtype === 'bool') return drawOnHost(seed, { kind: 'bernoulli', probability: 0.5 }, shape);
  const { data } = drawOnHost(seed, { kind: 'uniform' }, shape);
  const scaled = Float32Array.from(data, (u) => from + u * (to - from));
  return dtype === 'int32'
    ? { dtype, shape, data: Int32Array.from(scaled, Math.floor) }
    : { dtype, shape, data: scaled };
};

// A different weight for each element, so that swapped elements of a gradient are noticed.
// Numbers of the host: tf.linspace adds up its steps, with their rounding, on some backends.
const weightedSum = (x: tf.Tensor): tf.Tensor => {
  const weights = Float32Array.from({ length: x.size }, (_, i) => (3 * i) / x.size - 1);
  return tf.sum(tf.mul(x, tf.tensor(weights, x.shape)));
};

/** The outputs of a case and, where it has them, its gradients. */
export const compute =
  ({ compute, gradient }: KernelCase) =>
  ({ inputs }: { readonly inputs: readonly tf.Tensor[] }) => {
    const outputs = () => [compute(...inputs)].flat();
    if (!gradient) return { outputs: outputs() };
    const { gradients } = valueAndGrad((params: readonly tf.Tensor[]) => ({
      loss: tf.addN([compute(...params)].flat().map(weightedSum)),
      aux: {},
    }))(inputs);
    return { outputs: outputs(), gradients };
  };
