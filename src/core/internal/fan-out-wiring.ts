/**
 * The types behind `fanOut`: as in `serial`, the list itself when its parts go together, and otherwise the same list with a
 * sentence in the place of the first part that does not.
 *
 * @module
 */
import type { Axes } from '../axes.js';
import type { AnyLayer, InputOf } from '../layer.js';
import type { Accepted, Clash, NameOf, NamesOf, Out, ShowAxes } from './wiring.js';

/** The axes that every part accepts: each stricter part narrows them. Never, if no axes suit all. */
export type FanOutInput<L extends readonly AnyLayer[], Given = Axes> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? FanOutInput<T, Accepted<H, Given, true>>
  : Given;

/** Where no axes suit all parts nothing comes out of them, and the part that accepts others is the one to blame. */
type Alike<A, B> = [A] extends [never] ? true : [B] extends [never] ? true : [A, B] extends [B, A] ? true : false;

/** Given: what the parts so far accept. Input: what all of them do. First: the axes that the first part makes of it. */
type Walk<L extends readonly AnyLayer[], Given, Input, First, Names> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? [Accepted<H, Given, true>] extends [never]
    ? [`${NameOf<H>} accepts [${ShowAxes<InputOf<H>>}], but an earlier part accepts [${ShowAxes<Given>}]`, ...T]
    : Alike<Out<H, Input>, First> extends true
      ? [Clash<H, Names>] extends [never]
        ? [H, ...Walk<T, Accepted<H, Given, true>, Input, First, Names | NamesOf<H>>]
        : [Clash<H, Names>, ...T]
      : [`${NameOf<H>} gives [${ShowAxes<Out<H, Input>>}], but the first part gives [${ShowAxes<First>}]`, ...T]
  : [];

type Walked<L extends readonly AnyLayer[]> = Walk<L, Axes, FanOutInput<L>, Out<L[0], FanOutInput<L>>, never>;

/** `L` itself when its outputs can be combined; otherwise a list that `L` does not fit, with the sentence where it goes wrong. */
export type FansOut<L extends readonly AnyLayer[]> = L extends Walked<L> ? L : Walked<L>;
