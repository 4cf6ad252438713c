import { mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { type Context, training } from '../../core/context.js';
import type { HostTensor } from '../../core/host-tensor.js';
import type { AnyLayer } from '../../core/layer.js';
import { map } from '../../core/tree.js';
import { valueAndGrad } from '../../core/value-and-grad.js';
import { doubleKey, doubleTensor } from '../internal/double-precision.js';
import type { Sample } from './subject.js';

/** What a gradient is taken of: the parameters of a layer and its input. */
export interface Arguments {
  readonly params: unknown;
  readonly x: Tensor;
}

/** The output of a layer, and the gradients of the sum of the output times `weights`. */
export const differentiated = (layer: AnyLayer, { params, x }: Arguments, weights: Tensor, context: Context) => {
  const { aux, gradients } = valueAndGrad((given: Arguments) => {
    const output: Tensor = layer.apply(given.params, given.x, context);
    return { loss: sum(mul(output, weights)), aux: output };
  })({ params, x });
  return { output: aux, gradients };
};

/** In double precision: the arguments of a layer in training, its context, and the weights of the loss. */
export const doubles = ({ params, x, weights, drawKey }: Sample) => ({
  given: { params: map<HostTensor, Tensor>(doubleTensor)(params), x: doubleTensor(x) },
  weights: doubleTensor(weights),
  context: training(doubleKey(drawKey)),
});
