import { dispose, engine, keep, scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { leaves, unflatten } from './tree.js';

/** A loss with something beside it that the caller wants to see, such as the logits. */
export interface Loss<Aux> {
  readonly loss: Tensor;
  readonly aux: Aux;
}

/** What differentiation gives: the gradients have the structure of the parameters. */
export interface Differentiated<P, Aux> extends Loss<Aux> {
  readonly gradients: P;
}

/**
 * The value and the gradients of a loss with respect to every leaf of a parameter tree. A leaf that the loss does not
 * use has a gradient of zeros.
 *
 * @example
 * const { loss, gradients } = valueAndGradients((p) => ({ loss: tf.sum(tf.square(p.weight)), aux: {} }))(params);
 */
export const valueAndGradients =
  <P, Aux>(f: (params: P) => Loss<Aux>) =>
  (params: P): Differentiated<P, Aux> => {
    const compute = (): Differentiated<P, Aux> => {
      const flat = leaves<Tensor>(params);
      if (flat.length === 0) return { ...f(params), gradients: params };
      let seen: Loss<Aux> | undefined;
      // tfjs disposes everything that is made inside but the loss, so what the caller wants is kept and handed over.
      const { grads, value } = engine().gradients(
        () => {
          seen = f(params);
          leaves<Tensor>(seen.aux).forEach(keep);
          return seen.loss;
        },
        [...flat],
        scalar(1),
        true,
      );
      const kept = leaves<Tensor>(seen!.aux);
      const aux = unflatten(seen!.aux)(kept.map((tensor) => tensor.clone())) as Aux;
      dispose([...kept]);
      const gradients = unflatten(params)(flat.map((leaf, i) => grads[i] ?? zerosLike(leaf))) as P;
      return { loss: value, aux, gradients };
    };
    // The tree types say less than TensorContainer asks for; tidy follows plain records and arrays, which trees are.
    return tidy(compute as () => never);
  };
