import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from './axes.js';
import type { Specs } from './declaration.js';
import type { Layer } from './layer.js';

/**
 * The same layer with other parameters: `declare` declares them, and `read` computes the layer's own from them with tensor
 * operations, so that gradients flow through. For reparametrizations, such as learning a logarithm.
 *
 * Laws: `mapParams(f, identities) = f`; two in a row equal one with the composed functions.
 *
 * @example
 * const logarithmic = mapParams(layerNorm(), {
 *   declare: ({ scale, offset }) => ({ logScale: { ...scale, initializer: zeros }, offset }),
 *   read: ({ logScale, offset }: { readonly logScale: Tensor<['feature']>; readonly offset: Tensor<['feature']> }) => ({
 *     scale: tf.exp(logScale),
 *     offset,
 *   }),
 * });
 */
export const mapParams = <P, Q, I extends Axes, O extends Axes | Same>(
  layer: Layer<P, I, O>,
  change: { readonly declare: (inner: Specs<P>) => Specs<Q>; readonly read: (outer: Q) => P },
): Layer<Q, I, O> => ({
  init: (input) =>
    E.Functor.map(layer.init(input), (declaration) => ({ ...declaration, params: change.declare(declaration.params) })),
  apply: (params, x, context) => layer.apply(change.read(params), x, context),
});
