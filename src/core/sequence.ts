import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from './axes.js';
import type { Declaration } from './declaration.js';
import { chain } from './internal/chain.js';
import type { AnyLayer, InputOf, Layer, OutputOf, ParamsOf } from './layer.js';
import { named } from './named.js';

/** A chain feeds a layer with another's output, so that what comes out must be what goes in. */
type Chainable<L extends AnyLayer> =
  OutputOf<L> extends Same
    ? L
    : [OutputOf<L>] extends [InputOf<L>]
      ? L
      : 'this chain feeds a layer with the output of its like, but that has other axes than it accepts';

/**
 * Layers of one kind, one after the other, each with parameters and a key of its own; the parameters are an array.
 *
 * Law: `sequence([f, g])` computes what `serial(named('0', f), named('1', g))` computes, and `sequence([]) = identity`.
 */
export const sequence = <L extends AnyLayer>(
  layers: readonly (Chainable<L> & L)[],
): Layer<readonly ParamsOf<L>[], InputOf<L>, Extract<OutputOf<L>, Axes | Same>> => {
  const all = chain(layers.map((layer, i): AnyLayer => named(String(i), layer as AnyLayer)));
  const whole: AnyLayer = {
    init: (input) =>
      E.Functor.map(all.init(input), (declaration: Declaration<unknown>) => ({
        ...declaration,
        params: layers.map((_, i) => (declaration.params as Record<string, unknown>)[String(i)] ?? {}) as never,
      })),
    // An array answers to '0', '1', … as a record does.
    apply: (params, x, context) => all.apply(params, x, context),
  };
  return whole;
};

/**
 * `n` layers alike, each with parameters and a key of its own: `repeat(8, block)`, and `params.blocks[3]` is the fourth.
 *
 * Law: `repeat(n, f) = sequence([f, …, f])`.
 */
export const repeat = <L extends AnyLayer>(
  n: number,
  layer: Chainable<L> & L,
): Layer<readonly ParamsOf<L>[], InputOf<L>, Extract<OutputOf<L>, Axes | Same>> =>
  sequence<L>(Array.from({ length: n }, () => layer));
