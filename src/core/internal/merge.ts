import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Shape } from '../axes.js';
import type { Declaration } from '../declaration.js';
import { type ShapeError, shapeError } from '../errors.js';
import { showPath } from '../tree.js';
import { checkNames } from './names.js';

const shared = (first: readonly string[], second: readonly string[]): string | undefined =>
  first.find((name) => second.includes(name));

// biome-ignore lint/suspicious/noExplicitAny: stands for the declaration of any layer, as AnyLayer does for layers
export type AnyDeclaration = Declaration<any>;

type AnyParams = AnyDeclaration['params'];

/** Both records as one. A list of parameters cannot be merged with other parameters. */
const together = (first: AnyParams, second: AnyParams): AnyParams | undefined => {
  if (Object.keys(first).length === 0) return second;
  if (Object.keys(second).length === 0) return first;
  return Array.isArray(first) || Array.isArray(second) ? undefined : { ...first, ...second };
};

/**
 * Two declarations merged into one; the names of the first are checked already. The parts must not share a parameter name or a key: draws from the same key would give
 * both the same bits.
 */
export const merge = (
  first: AnyDeclaration,
  second: AnyDeclaration,
  output: Shape,
): E.Either<ShapeError, AnyDeclaration> => {
  const name = shared(Object.keys(first.params), Object.keys(second.params));
  if (name !== undefined) return E.left(shapeError('parts with different names', `two parts called '${name}'`));
  const path = shared(first.draws.map(showPath), second.draws.map(showPath));
  if (path !== undefined) {
    return E.left(
      shapeError(
        'a separate key for every part that draws',
        path === ''
          ? 'two unnamed parts that draw: wrap each in named(…)'
          : `two parts that draw from '${path}': wrap them in named(…)`,
      ),
    );
  }
  const params = together(first.params, second.params);
  if (params === undefined)
    return E.left(
      shapeError('parts with named parameters', 'a list of parameters and others: wrap the list in named(…)'),
    );
  return pipe(
    // Those of the first part were checked when it was merged; checking them in each merge would take the square of the time.
    checkNames(second.params),
    E.map(() => ({
      params,
      output,
      macs: first.macs + second.macs,
      draws: [...first.draws, ...second.draws],
      parts: [...first.parts, ...second.parts],
    })),
  );
};
