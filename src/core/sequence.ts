import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from './axes.js';
import type { Declaration } from './declaration.js';
import { chain, checkCount, MOST_LAYERS } from './internal/chain.js';
import type { AnyLayer, InputOf, Layer, OutputOf, ParamsOf } from './layer.js';
import { named } from './named.js';
import { requireThat } from './require.js';

/** In a sequence of equal layers the output of one is the input of the next. */
type Chainable<L extends AnyLayer> =
  OutputOf<L> extends Same
    ? L
    : [OutputOf<L>] extends [InputOf<L>]
      ? L
      : 'each layer here feeds the next one of the same kind, but its output has other axes than its input';

/**
 * Layers of one kind, one after the other, each with its own parameters and key; the parameters are an array. Takes a list
 * of any length.
 *
 * Law: `sequence([f, g])` computes what `serial(named('0', f), named('1', g))` computes, and `sequence([]) = identity`.
 *
 * @example
 * const tower = sequence([64, 32].map((units) => linear(units)));
 */
export const sequence = <L extends AnyLayer>(
  layers: readonly (Chainable<L> & L)[],
): Layer<readonly ParamsOf<L>[], InputOf<L>, Extract<OutputOf<L>, Axes | Same>> => {
  const parts: readonly AnyLayer[] = layers;
  const all = chain(parts.map((layer, i) => named(String(i), layer)));
  const whole: AnyLayer = {
    init: (input) =>
      E.Functor.map(all.init(input), (declaration: Declaration<unknown>) => {
        const byIndex = new Map(Object.entries(declaration.params));
        const params = parts.map((_, i) => byIndex.get(String(i)) ?? {});
        // The type of any layer's parameters is that of a record; here it is an array.
        return { ...declaration, params: params as never };
      }),
    apply: (params, x, context) => {
      const given = Array.isArray(params) ? `those of ${params.length}` : 'no list';
      requireThat(context, params.length === parts.length, `the parameters of ${parts.length} layers`, given);
      // An array has the keys '0', '1', … as the record does.
      return all.apply(params, x, context);
    },
  };
  return whole;
};

/**
 * The same layer `n` times, each with its own parameters and key: with `repeat(8, block)`, `params[3]` belongs to the fourth.
 *
 * Law: `repeat(n, f) = sequence([f, …, f])`.
 *
 * @example
 * const blocks = repeat(8, residual(serial(layerNorm(), named('mlp', linear(64)))));
 */
export const repeat = <L extends AnyLayer>(
  n: number,
  layer: Chainable<L> & L,
): Layer<readonly ParamsOf<L>[], InputOf<L>, Extract<OutputOf<L>, Axes | Same>> => {
  const parts = sequence<L>(Array.from({ length: Math.min(n, MOST_LAYERS) }, () => layer));
  return {
    ...parts,
    // Before anything of this length is made.
    init: (input) => E.Chain.chain(checkCount(n), () => parts.init(input)),
  };
};
