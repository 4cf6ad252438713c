import { type Tensor as CoreTensor, mean, reshape, squaredDifference } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Tensor } from '../../core/axes.js';
import { sizeOf } from '../../core/axes.js';
import { evaluation } from '../../core/context.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { requireThat } from '../../core/require.js';
import { meanMetric } from '../metric.js';
import { type Objective, targetError } from '../objective.js';

/**
 * The mean squared error of each example over all its elements: two tensors `[batch, …]` of one shape to `[batch]`. For images,
 * `[batch, row, column, channel]`, it is the mean over pixels and channels.
 */
export const squaredError = <A extends Axes>(output: Tensor<A>, target: Tensor<A>): Tensor<['batch']> => {
  const [given, wanted]: readonly (readonly number[])[] = [output.shape, target.shape];
  requireThat(
    { ...evaluation, path: ['squared error'] },
    String(given) === String(wanted),
    `an output of the shape of the target, [${wanted}]`,
    `[${given}]`,
  );
  const [batch = 0, ...element] = output.shape;
  const flat = (tensor: CoreTensor): CoreTensor => reshape(tensor, [batch, sizeOf(element)]);
  return mean(squaredDifference(flat(output), flat(target)), -1);
};

/**
 * The objective of regression, of numbers, vectors or whole images: the mean squared error.
 *
 * `element` is the shape of one target, without the batch axis. Errors: its `check` gives a `TargetError` for a target of another shape.
 *
 * @example
 * const denoise = regression([28, 28, 1]);
 */
export const regression = <A extends Axes>(element: readonly number[]): Objective<Tensor<A>, Tensor<A>, 'loss'> => ({
  loss: (output, target) => mean(squaredError(output, target)),
  metrics: { loss: meanMetric(squaredError<A>) },
  check: (target) => {
    const { dtype, shape = [] } = (target ?? {}) as Partial<HostTensor>;
    return dtype === 'float32' && String(shape.slice(1)) === String(element) && shape.length === element.length + 1
      ? E.right(undefined)
      : E.left(
          targetError(
            'the target of the batch',
            `float32 [batch, ${element.join(', ')}]`,
            `${dtype} [${shape}]`,
            'Give each example a target of this shape.',
          ),
        );
  },
});
