/**
 * A layer is a pair of pure functions: `init` declares its parameters for an input shape, and `apply` computes with them.
 * Composition, counting, compiling and training need nothing more.
 *
 * @module
 */
import type { Either } from 'fp-ts/lib/Either.js';
import type { Axes, Same, Shape, Tensor } from './axes.js';
import type { Context } from './context.js';
import type { Declaration } from './declaration.js';
import type { ShapeError } from './errors.js';

declare const types: unique symbol;

/**
 * `P`: its parameters, a tree of named tensors. `I`: the axes it accepts. `O`: the axes it produces, or `Same`.
 *
 * @example
 * const scale: Layer<{ readonly factor: Tensor<readonly []> }, Axes, Same> = {
 *   init: (input) => E.right(declare({ factor: parameter({}, ones) }, input)),
 *   apply: (params, x) => tf.mul(x, params.factor),
 * };
 */
export interface Layer<P, I extends Axes, O extends Axes | Same> {
  readonly init: (input: Shape) => Either<ShapeError, Declaration<P, O>>;
  readonly apply: <A extends I>(params: P, x: Tensor<A>, context: Context) => Tensor<OutputAxes<O, A>>;
  /** Absent at run time: from it the compiler reads the three types back. */
  readonly [types]?: { readonly params: P; readonly input: (input: I) => void; readonly output: O } | undefined;
}

/** The axes of the output for an input with the axes `Given`. */
export type OutputAxes<O extends Axes | Same, Given extends Axes> = O extends Axes ? O : Given;

// biome-ignore lint/suspicious/noExplicitAny: a layer both takes and returns its parameters, so that only any includes all layers
export type AnyLayer = Layer<any, any, any>;

type TypesOf<L> = L extends { readonly [types]?: infer T } ? NonNullable<T> : never;

/** The parameters of a layer: `ParamsOf<typeof model>`. */
export type ParamsOf<L> = L extends { readonly [types]?: { readonly params: infer P } | undefined } ? P : never;

/** The axes that a layer accepts. */
export type InputOf<L> = TypesOf<L> extends { readonly input: (input: infer I extends Axes) => void } ? I : never;

/** The axes that a layer produces, or `Same`. */
export type OutputOf<L> = TypesOf<L> extends { readonly output: infer O extends Axes | Same } ? O : never;

/** The parameters of a layer without parameters. */
export type NoParams = Readonly<Record<never, never>>;
