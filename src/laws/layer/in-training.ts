/**
 * A layer as a training step applies it: with a key, and with what becomes of its state.
 *
 * @module
 */
import { mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { training } from '../../core/context.js';
import type { HostTensor } from '../../core/host-tensor.js';
import type { Key } from '../../core/key.js';
import type { AnyLayer } from '../../core/layer.js';
import { collectUpdates } from '../../core/state.js';
import { map } from '../../core/tree.js';
import { valueAndGrad } from '../../core/value-and-grad.js';
import { doubleKey, doubleTensor } from '../internal/double-precision.js';
import { numbersOf } from '../internal/tensors.js';
import type { Problem } from '../law.js';
import type { Sample } from './subject.js';

/** What a gradient is taken of: the parameters of a layer and its input. */
export interface Arguments {
  readonly params: unknown;
  readonly x: Tensor;
}

/** The output of a layer in training, and the next values of its state by their position in the parameters. */
export const trained = (layer: AnyLayer, { params, x }: Arguments, key: Key) => {
  const { receive, byPosition } = collectUpdates(params);
  const output: Tensor = layer.apply(params, x, { ...training(key), update: receive });
  return { output, updates: byPosition() };
};

/** The same, and the gradients of the sum of the output times `weights`. */
export const differentiated = (layer: AnyLayer, { params, x }: Arguments, weights: Tensor, key: Key) => {
  const { aux, gradients } = valueAndGrad((given: Arguments) => {
    const made = trained(layer, given, key);
    return { loss: sum(mul(made.output, weights)), aux: made };
  })({ params, x });
  return { ...aux, gradients };
};

/** Numbers that are not finite have no gradient, and engines need not agree about them. */
export const finiteProblem = (output: Tensor): Problem =>
  numbersOf(output).every(Number.isFinite)
    ? undefined
    : 'the output is not finite; if the layer takes only some numbers, give it those: { layer, input, values }';

/** In double precision: the arguments of a layer, the key of its draws, and the weights of the loss. */
export const doubles = ({ params, x, weights, drawKey }: Sample) => ({
  given: { params: map<HostTensor, Tensor>(doubleTensor)(params), x: doubleTensor(x) },
  weights: doubleTensor(weights),
  key: doubleKey(drawKey),
});
