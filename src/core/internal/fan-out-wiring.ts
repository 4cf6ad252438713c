/**
 * The types behind `fanOut`: as with `serial`, the list itself if its parts fit together, and otherwise the same list with a
 * sentence in place of the first part that does not fit.
 *
 * @module
 */
import type { Axes } from '../axes.js';
import type { AnyLayer, InputOf } from '../layer.js';
import type { Accepted, Clash, NameOf, NamesOf, Out, ShowAxes } from './wiring.js';

/** The axes that every part accepts: each stricter part narrows them. Never, if there are none. */
export type FanOutInput<L extends readonly AnyLayer[], Given = Axes> = L extends readonly [
  infer H extends AnyLayer,
  ...infer T extends readonly AnyLayer[],
]
  ? FanOutInput<T, Accepted<H, Given, true>>
  : Given;

/** If no axes suit all parts, their outputs are never, and the error is about the part that accepts other axes. */
type Alike<A, B> = [A] extends [never] ? true : [B] extends [never] ? true : [A, B] extends [B, A] ? true : false;

/** Given: what the parts so far accept. Input: what all parts accept. First: the output axes of the first part. */
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

/** `L` itself if its outputs can be combined; otherwise a list that `L` is not assignable to, with the sentence in it. */
export type FansOut<L extends readonly AnyLayer[]> = L extends Walked<L> ? L : Walked<L>;
