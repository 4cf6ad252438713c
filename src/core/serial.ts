/**
 * `serial(f, g, h)`: one layer after the other.
 *
 * Laws, for layers whose names do not clash (a clash is a compile error and a `ShapeError`):
 * `serial(f, serial(g, h)) = serial(serial(f, g), h) = serial(f, g, h)` and `serial(identity, f) = f = serial(f, identity)`,
 * including parameters and keys: the parameters of a chain are the merged records of its parts.
 *
 * @module
 */
import type { Axes, Same } from './axes.js';
import { chain } from './internal/chain.js';
import type { Fits, SerialInput, SerialOutput, SerialParams } from './internal/wiring.js';
import type { AnyLayer, Layer } from './layer.js';

/**
 * Composes layers in order. Parts are wrapped in `named` if their parameters or draws would otherwise have the same names.
 * A part that does not accept the output before it is a compile error at that argument, with a sentence that says why. For a
 * list whose length is not known at compile time, use `sequence`.
 *
 * @example
 * const mlp = serial(named('up', linear(128)), gelu, named('down', linear(64)));
 */
export function serial<const L extends readonly AnyLayer[]>(
  ...layers: Fits<L>
): Layer<SerialParams<L>, Extract<SerialInput<L>, Axes>, Extract<SerialOutput<L>, Axes | Same>>;
export function serial(...layers: readonly AnyLayer[]): AnyLayer {
  return chain(layers);
}
