import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from './axes.js';
import type { Declaration } from './declaration.js';
import { identity } from './identity.js';
import { named } from './named.js';
import type { AnyLayer, InputOf, Layer, OutputOf, ParamsOf } from './layer.js';
import { serial } from './serial.js';

/** `repeat` feeds a layer's output to itself, so that what comes out must be what goes in. */
type Repeatable<L extends AnyLayer> = OutputOf<L> extends Same
  ? L
  : [OutputOf<L>] extends [InputOf<L>]
    ? L
    : 'repeat feeds a layer with its own output, but this one does not accept the axes that it produces';

/**
 * `n` copies of a layer, one after the other, each with parameters and a key of its own; the parameters are an array.
 *
 * Law: `repeat(n, f)` computes what `serial(named('0', f), …, named('n−1', f))` computes.
 */
export const repeat = <L extends AnyLayer>(
  n: number,
  layer: Repeatable<L> & L,
): Layer<readonly ParamsOf<L>[], InputOf<L>, Extract<OutputOf<L>, Axes | Same>> => {
  const chain: AnyLayer = Array.from({ length: n }, (_, i) => named(String(i), layer as AnyLayer)).reduce<AnyLayer>(
    (before, next) => (serial as unknown as (...parts: AnyLayer[]) => AnyLayer)(before, next),
    identity,
  );
  const whole: AnyLayer = {
    init: (input) =>
      E.Functor.map(chain.init(input), (all: Declaration<unknown>) => ({ ...all, params: Object.values(all.params) as never })),
    // An array answers to '0', '1', … as a record does.
    apply: (params, x, context) => chain.apply(params, x, context),
  };
  return whole;
};
