import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Axes, Same } from './axes.js';
import { child } from './context.js';
import { ensure, within } from './errors.js';
import { checkNames, isName, NAME, type NameInPath } from './internal/names.js';
import { at } from './internal/origin.js';
import type { AnyLayer, InputOf, Layer, NoParams, OutputOf, ParamsOf } from './layer.js';

/**
 * A layer with a name: the name becomes part of the path of its parameters, its keys and its errors. A layer without
 * parameters adds none.
 */
export type Named<N extends string, L extends AnyLayer> = Layer<
  [keyof ParamsOf<L>] extends [never] ? NoParams : { readonly [K in N]: ParamsOf<L> },
  InputOf<L>,
  Extract<OutputOf<L>, Axes | Same>
> & { readonly name: N };

const isEmpty = (params: object): boolean => !Array.isArray(params) && Object.keys(params).length === 0;

/**
 * Names a layer within a composition. A `ShapeError` for a name that is empty, has a '/' or is a property of every object, such as
 * `constructor`: paths are joined by '/'. The same holds for the names of its parameters.
 *
 * @example
 * const norm = named('norm', layerNorm());
 */
export const named = <const N extends string, L extends AnyLayer>(name: N & NameInPath<N>, layer: L): Named<N, L> => {
  const whole: AnyLayer & { readonly name: N } = {
    name,
    init: (input) =>
      pipe(
        ensure(isName(name), NAME, `'${name}'`),
        E.chain(() => layer.init(input)),
        E.chainFirst(({ params }) => checkNames(params)),
        E.bimap(within(name), (inner) => ({
          ...inner,
          params: isEmpty(inner.params) ? {} : { [name]: inner.params },
          draws: inner.draws.map((path) => [name, ...path]),
          parts: [{ name, output: inner.output, macs: inner.macs, parts: inner.parts }],
        })),
      ),
    apply: (params, x, context) => {
      const inner = child(context, name);
      return at(inner.path, () => layer.apply(params[name] ?? {}, x, inner));
    },
  };
  return whole;
};
