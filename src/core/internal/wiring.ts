/**
 * The types behind `serial`: one walk over the list of layers. Its result is the list itself if each part accepts the output
 * before it, and otherwise the same list with a sentence in place of the first part that does not.
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

/** The name of a part in a sentence. */
export type NameOf<L> = L extends { readonly name: infer N extends string } ? `'${N}'` : 'this layer';

/**
 * Given: the axes that reach this layer. Free: true while every layer so far returned the axes of its input, so that Given
 * is still the input of the whole chain and a stricter layer narrows it (a norm accepts any features, attention only tokens).
 */
export type Accepted<L, Given, Free> =
  Given extends InputOf<L> ? Given : Free extends true ? (InputOf<L> extends Given ? InputOf<L> : never) : never;
type StillFree<L, Free> = Free extends true ? (OutputOf<L> extends Same ? true : false) : false;
/** The output axes of a layer that gets the axes Given. */
export type Out<L, Given> = OutputOf<L> extends Same ? Given : OutputOf<L>;

declare const list: unique symbol;

type KeysOf<P> = P extends unknown ? keyof P : never;

/** The names of a layer's parameters, also if it is one of several layers; a list of parameters has none. */
export type NamesOf<L> = ParamsOf<L> extends readonly unknown[] ? typeof list : KeysOf<ParamsOf<L>>;

/** Never, or the sentence that says why the parameters of `L` cannot be merged with those of these names. */
export type Clash<L, Names> = [NamesOf<L>] extends [never]
  ? never
  : [Names] extends [never]
    ? never
    : typeof list extends Names | NamesOf<L>
      ? 'a list of parameters cannot be merged with other parameters: wrap the part that has it in named(…)'
      : [NamesOf<L> & Names] extends [never]
        ? never
        : `an earlier part also has parameters called '${NamesOf<L> & Names & string}': give this one another name`;

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

/** The sentence for `serial(...layers)` where the compiler does not know how many layers there are. */
export type UnknownLength = 'the number of these layers is not known at compile time: use sequence(layers)';

/** `L` itself if its parts fit together; otherwise a list that `L` is not assignable to, with the sentence in it. */
export type Fits<L extends readonly AnyLayer[]> = number extends L['length']
  ? readonly (UnknownLength & AnyLayer)[]
  : L extends Walk<L, Axes, true, never>
    ? L
    : Walk<L, Axes, true, never>;

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
    ? OneOf<ParamsOf<H>> & Merged<T>
    : ParamsOf<H> & Merged<T>
  : unknown;
/** The parameters of one of several layers, some of which have none: all are optional. */
type OneOf<P> = [KeysOf<P>] extends [never]
  ? unknown
  : { readonly [K in KeysOf<P>]?: P extends { readonly [N in K]: infer V } ? V : never };
type Flat<P> = P extends readonly unknown[] ? P : { readonly [K in keyof P]: P[K] };
/** The merged parameter records, as one record in hovers and errors; a list of parameters stays a list. */
export type SerialParams<L extends readonly AnyLayer[]> = Flat<Merged<L>>;
