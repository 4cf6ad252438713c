import * as E from 'fp-ts/lib/Either.js';
import type { Shape } from '../axes.js';
import type { Declaration } from '../declaration.js';
import { type ShapeError, shapeError } from '../errors.js';
import { showPath } from '../tree.js';

const shared = (first: readonly string[], second: readonly string[]): string | undefined =>
  first.find((name) => second.includes(name));

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
  return E.right({
    params: { ...(first.params as object), ...(second.params as object) },
    output,
    macs: first.macs + second.macs,
    draws: [...first.draws, ...second.draws],
  });
};
