import { dispose, engine, keep, scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { disposeKeptOnThrow } from './tfjs/dispose-on-throw.js';
import { leaves, unflattenSame } from './tree.js';

/** A scalar loss, and a tree of other tensors that the caller needs, such as the logits. */
export interface Loss<Aux> {
  readonly loss: Tensor;
  readonly aux: Aux;
}

/** A loss with its gradients, which have the structure of the parameters. */
export interface Differentiated<P, Aux> extends Loss<Aux> {
  readonly gradients: P;
}

/**
 * The value and the gradients of a loss with respect to every leaf of a parameter tree. The gradient of a leaf that the loss
 * does not use is zero.
 *
 * @example
 * const sumOfSquares = (params: { readonly weight: Tensor<['in', 'out']> }) => ({
 *   loss: tf.sum(tf.square(params.weight)),
 *   aux: {},
 * });
 * const { loss, gradients } = valueAndGrad(sumOfSquares)({ weight: tf.ones([3, 2]) });
 */
export const valueAndGrad =
  <P, Aux>(f: (params: P) => Loss<Aux>) =>
  (params: P): Differentiated<P, Aux> => {
    const parameters = leaves<Tensor>(params);
    // Mutated once, by the call of `f`: tfjs passes nothing but the loss on.
    const results: { aux?: Aux } = {};
    const run = (): Loss<Aux> => {
      const result = f(params);
      results.aux = result.aux;
      return result;
    };
    /** The loss, the tensors of `aux` and the gradients in one list, as `tidy` takes it. */
    const compute = (): [Tensor, ...Tensor[]] => {
      if (parameters.length === 0) {
        const { loss, aux } = run();
        return [loss, ...leaves<Tensor>(aux)];
      }
      const copies: Tensor[] = [];
      const { grads, value } = engine().gradients(
        () => {
          const { loss, aux } = run();
          // tfjs disposes every tensor made in here except the loss; and those in `aux` may belong to the caller.
          copies.push(...leaves<Tensor>(aux).map((tensor) => keep(tensor.clone())));
          return loss;
        },
        [...parameters],
        scalar(1),
        true,
      );
      const auxiliary = copies.map((tensor) => tensor.clone());
      dispose(copies);
      return [value, ...auxiliary, ...parameters.map((leaf, i) => grads[i] ?? zerosLike(leaf))];
    };
    const [loss, ...others] = disposeKeptOnThrow(
      () => tidy(compute),
      // An outer gradient may still need them.
      () => true,
    );
    const count = others.length - parameters.length;
    return {
      loss,
      aux: unflattenSame(results.aux as Aux)(others.slice(0, count)),
      gradients: unflattenSame(params)(others.slice(count)),
    };
  };
