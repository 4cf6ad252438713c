import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/**
 * A tensor operation with its own gradient. `forward` returns the value and the tensors that the gradient needs; `gradient`
 * receives the gradient of the loss with respect to the value, and those tensors, and returns one gradient per input.
 *
 * @example
 * const cube = customGradient({
 *   forward: (x: Tensor) => ({ value: tf.pow(x, 3), saved: [x] }),
 *   gradient: (dy, [x]) => [tf.mul(dy, tf.mul(3, tf.square(x)))],
 * });
 */
export const customGradient =
  <I extends readonly Tensor[], const S extends readonly Tensor[]>(operation: {
    readonly forward: (...inputs: I) => { readonly value: Tensor; readonly saved: S };
    readonly gradient: (dy: Tensor, saved: S) => { readonly [K in keyof I]: Tensor };
  }): ((...inputs: I) => Tensor) =>
  (...inputs) =>
    customGrad((...args) => {
      const { value, saved } = operation.forward(...inputs);
      const save = args.at(-1);
      if (typeof save === 'function') save([...saved]);
      // tfjs returns the saved tensors in the same order.
      return { value, gradFunc: (dy, same: readonly Tensor[]) => [...operation.gradient(dy, same as S)] };
    })(...inputs);
