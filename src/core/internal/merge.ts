import * as E from 'fp-ts/lib/Either.js';
import type { Shape } from '../axes.js';
import type { Declaration } from '../declaration.js';
import { type ShapeError, shapeError } from '../errors.js';
import { showPath } from '../tree.js';

const shared = (first: readonly string[], second: readonly string[]): string | undefined =>
  first.find((name) => second.includes(name));

/** Both records as one; a list of parameters can stand alone only. */
const together = (first: object, second: object): object | undefined => {
  if (Object.keys(first).length === 0) return second;
  if (Object.keys(second).length === 0) return first;
  return Array.isArray(first) || Array.isArray(second) ? undefined : { ...first, ...second };
};

/**
 * Two declarations side by side in one record. Parts may share no parameter name and no key: a draw from the same key
 * would give both the same bits.
 */
export const merge = (
  first: Declaration<unknown>,
  second: Declaration<unknown>,
  output: Shape,
): E.Either<ShapeError, Declaration<unknown>> => {
  const name = shared(Object.keys(first.params as object), Object.keys(second.params as object));
  if (name !== undefined) return E.left(shapeError('parts with different names', `two that are called '${name}'`));
  const way = shared(first.draws.map(showPath), second.draws.map(showPath));
  if (way !== undefined) {
    return E.left(
      shapeError('a key for every part that draws', `two parts that draw from '${way}': wrap them in named(…)`),
    );
  }
  const params = together(first.params as object, second.params as object);
  if (params === undefined)
    return E.left(shapeError('parts with named parameters', 'a list beside others: wrap it in named(…)'));
  return E.right({
    params,
    output,
    macs: first.macs + second.macs,
    draws: [...first.draws, ...second.draws],
  });
};
