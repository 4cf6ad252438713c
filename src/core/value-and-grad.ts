import { dispose, engine, keep, scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { freeingKept } from './tfjs/freeing-kept.js';
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
 * const { loss, gradients } = valueAndGrad((p) => ({ loss: tf.sum(tf.square(p.weight)), aux: {} }))(params);
 */
export const valueAndGrad =
  <P, Aux>(f: (params: P) => Loss<Aux>) =>
  (params: P): Differentiated<P, Aux> => {
    const compute = (): Differentiated<P, Aux> => {
      const flat = leaves<Tensor>(params);
      if (flat.length === 0) return { ...f(params), gradients: params };
      let beside: { readonly structure: Aux; readonly copies: readonly Tensor[] } | undefined;
      const { grads, value } = engine().gradients(
        () => {
          const { loss, aux } = f(params);
          // tfjs disposes everything that is made in here but the loss; and what is in `aux` may be the caller's own.
          beside = { structure: aux, copies: leaves<Tensor>(aux).map((tensor) => keep(tensor.clone())) };
          return loss;
        },
        [...flat],
        scalar(1),
        true,
      );
      const { structure, copies } = beside!;
      const aux = unflatten(structure)(copies.map((tensor) => tensor.clone())) as Aux;
      dispose([...copies]);
      return {
        loss: value,
        aux,
        gradients: unflatten(params)(flat.map((leaf, i) => grads[i] ?? zerosLike(leaf))) as P,
      };
    };
    // The tree types say less than TensorContainer asks for; tidy follows plain records and arrays, which trees are.
    return freeingKept(
      () => tidy(compute as () => never),
      // An outer gradient may need them yet.
      () => true,
    );
  };
