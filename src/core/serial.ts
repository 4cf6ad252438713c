/**
 * `serial(f, g, h)`: one layer after the other.
 *
 * Laws, for layers whose names do not clash (a clash is a compile error and a `ShapeError`):
 * `serial(f, serial(g, h)) = serial(serial(f, g), h) = serial(f, g, h)` and `serial(identity, f) = f = serial(f, identity)`,
 * parameters, keys and all: the parameters of a chain are the merged records of its parts.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Axes, Same } from './axes.js';
import type { Declaration, Specs } from './declaration.js';
import type { ShapeError } from './errors.js';
import { identity } from './identity.js';
import type { Fits, SerialInput, SerialOutput, SerialParams } from './internal/wiring.js';
import { merge } from './internal/merge.js';
import type { AnyLayer, Layer } from './layer.js';

/**
 * Composes layers in order. The parts must be named where they have parameters or draws whose names would clash.
 * What reaches a part and does not suit it is a compile error at that very argument, and reads as a sentence.
 *
 * @example
 * const mlp = serial(named('up', dense(128)), gelu, named('down', dense(64)));
 */
export const serial = <const L extends readonly AnyLayer[]>(
  ...layers: Fits<L>
): Layer<SerialParams<L>, Extract<SerialInput<L>, Axes>, Extract<SerialOutput<L>, Axes | Same>> => {
  const parts = layers as unknown as readonly AnyLayer[];
  const whole: AnyLayer = {
    init: (input) =>
      parts.reduce<E.Either<ShapeError, Declaration<unknown>>>(
        (soFar, part) =>
          pipe(
            soFar,
            E.chain((before) =>
              pipe(
                part.init(before.output),
                E.chain((next) => merge(before, next, next.output)),
              ),
            ),
          ),
        identity.init(input),
      ) as E.Either<ShapeError, Declaration<Specs<unknown>>>,
    apply: (params, x, context) => parts.reduce((value, part) => part.apply(params, value, context), x),
  };
  return whole;
};
