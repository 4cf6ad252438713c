/**
 * A layer is a pure pair. `init` declares its parameters for an input shape; `apply` computes with them.
 * Nothing else: composition, counting, compiling and training all follow from these two functions.
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
 * const scale: Layer<{ readonly factor: Tensor<[]> }, Axes, Same> = {
 *   init: (input) => E.right(declare({ factor: parameter({}, ones) }, input)),
 *   apply: (params, x) => tf.mul(x, params.factor),
 * };
 */
export interface Layer<P, I extends Axes, O extends Axes | Same> {
  readonly init: (input: Shape) => Either<ShapeError, Declaration<P>>;
  readonly apply: <A extends I>(params: P, x: Tensor<A>, context: Context) => Tensor<OutputAxes<O, A>>;
  /** Never there at run time: lets the compiler read the three types back. */
  readonly [types]?: { readonly params: P; readonly input: (input: I) => void; readonly output: O } | undefined;
}

/** The axes that come out when `Given` goes in. */
export type OutputAxes<O extends Axes | Same, Given extends Axes> = O extends Axes ? O : Given;

// biome-ignore lint/suspicious/noExplicitAny: the parameters of a layer are both read and written by its two functions, so that only any stands for any layer
export type AnyLayer = Layer<any, any, any>;

type TypesOf<L> = L extends { readonly [types]?: infer T } ? NonNullable<T> : never;

/** The parameters of a layer: `ParamsOf<typeof model>`. */
export type ParamsOf<L> = TypesOf<L> extends { readonly params: infer P } ? P : never;

/** The axes that a layer accepts. */
export type InputOf<L> = TypesOf<L> extends { readonly input: (input: infer I extends Axes) => void } ? I : never;

/** The axes that a layer produces, or `Same`. */
export type OutputOf<L> = TypesOf<L> extends { readonly output: infer O extends Axes | Same } ? O : never;

/** The parameters of a layer that has none. */
export type NoParams = Readonly<Record<never, never>>;
