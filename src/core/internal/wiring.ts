/**
 * The types behind `serial`: one walk over the list of layers, which answers the list itself when each part accepts what
 * reaches it, and otherwise the same list with a sentence in the place of the first part that does not.
 *
 * @module
 */
import type { Axes, Same } from '../axes.js';
import type { AnyLayer, InputOf, OutputOf, ParamsOf } from '../layer.js';

/** Axes as an error prints them. */
export type ShowAxes<A> = A extends readonly [infer H extends string, ...infer T]
  ? T extends readonly []
    ? H
    : string extends T[number]
      ? `${H} …`
      : `${H} ${ShowAxes<T>}`
  : A extends readonly [...string[], infer Z extends string]
    ? `… ${Z}`
    : 'any axes';

/** How a sentence calls a part. */
export type NameOf<L> = L extends { readonly name: infer N extends string } ? `'${N}'` : 'this layer';

/**
 * Given: the axes that reach this layer. Free: true while every layer so far passed its input's axes on, so that Given
 * is still the input of the whole and a stricter layer narrows it (a norm accepts any features, attention wants tokens).
 */
export type Accepted<L, Given, Free> =
  Given extends InputOf<L> ? Given : Free extends true ? (InputOf<L> extends Given ? InputOf<L> : never) : never;
type StillFree<L, Free> = Free extends true ? (OutputOf<L> extends Same ? true : false) : false;
/** The axes that a layer makes of those that reach it. */
export type Out<L, Given> = OutputOf<L> extends Same ? Given : OutputOf<L>;

declare const list: unique symbol;

/** The names of a layer's parameters; a list of parameters has none that could lie in a record. */
export type NamesOf<L> = ParamsOf<L> extends readonly unknown[] ? typeof list : keyof ParamsOf<L>;

/** Never, or the sentence that says why the parameters of `L` cannot lie beside those of these names. */
export type Clash<L, Names> = [NamesOf<L>] extends [never]
  ? never
  : [Names] extends [never]
    ? never
    : typeof list extends Names | NamesOf<L>
      ? 'a list of parameters can stand alone only: wrap the part that has it in named(…)'
      : [NamesOf<L> & Names] extends [never]
        ? never
        : `an earlier part has parameters called '${NamesOf<L> & Names & string}' too: name this one differently`;

type Walk<L extends readonly AnyLayer[], Given, Free, Names> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? [Accepted<H, Given, Free>] extends [never]
    ? [`${NameOf<H>} accepts [${ShowAxes<InputOf<H>>}], but [${ShowAxes<Given>}] reaches it`, ...T]
    : [Clash<H, Names>] extends [never]
      ? [H, ...Walk<T, Out<H, Accepted<H, Given, Free>>, StillFree<H, Free>, Names | NamesOf<H>>]
      : [Clash<H, Names>, ...T]
  : [];

/** `L` itself when it is well wired; otherwise a list that `L` does not fit, with the sentence where it goes wrong. */
export type Fits<L extends readonly AnyLayer[]> = L extends Walk<L, Axes, true, never> ? L : Walk<L, Axes, true, never>;

type InputOfChain<L extends readonly AnyLayer[], Given, Free> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? StillFree<H, Free> extends true
    ? InputOfChain<T, Accepted<H, Given, Free>, true>
    : Accepted<H, Given, Free>
  : Given;
export type SerialInput<L extends readonly AnyLayer[]> = InputOfChain<L, Axes, true>;

type OutputOfChain<L extends readonly AnyLayer[], Given, Free> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? OutputOfChain<T, Out<H, Accepted<H, Given, Free>>, StillFree<H, Free>>
  : Free extends true
    ? Same
    : Given;
export type SerialOutput<L extends readonly AnyLayer[]> = OutputOfChain<L, Axes, true>;

type Merged<L extends readonly AnyLayer[]> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? [keyof ParamsOf<H>] extends [never]
    ? Merged<T>
    : ParamsOf<H> & Merged<T>
  : unknown;
type Flat<P> = P extends readonly unknown[] ? P : { readonly [K in keyof P]: P[K] };
/** The merged parameter records, as one record in hovers and errors; a list of parameters stays a list. */
export type SerialParams<L extends readonly AnyLayer[]> = Flat<Merged<L>>;
