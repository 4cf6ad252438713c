/**
 * `serial(f, g, h)`: one layer after the other.
 *
 * Laws, for layers whose names do not clash (a clash is a compile error and a `ShapeError`):
 * `serial(f, serial(g, h)) = serial(serial(f, g), h) = serial(f, g, h)` and `serial(identity, f) = f = serial(f, identity)`,
 * parameters, keys and all: the parameters of a chain are the merged records of its parts.
 *
 * @module
 */
import type { Axes, Same } from './axes.js';
import { chain } from './internal/chain.js';
import type { Fits, SerialInput, SerialOutput, SerialParams } from './internal/wiring.js';
import type { AnyLayer, Layer } from './layer.js';

/**
 * Composes layers in order. The parts must be named where they have parameters or draws whose names would clash.
 * What reaches a part and does not suit it is a compile error at that very argument, and reads as a sentence.
 *
 * @example
 * const mlp = serial(named('up', linear(128)), gelu, named('down', linear(64)));
 */
export const serial = <const L extends readonly AnyLayer[]>(
  ...layers: Fits<L>
): Layer<SerialParams<L>, Extract<SerialInput<L>, Axes>, Extract<SerialOutput<L>, Axes | Same>> =>
  chain(layers as unknown as readonly AnyLayer[]);
