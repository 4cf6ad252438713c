import * as E from 'fp-ts/lib/Either.js';
import { type ShapeError, shapeError } from '../errors.js';
import { entries } from '../tree.js';

/** A type that no name has. */
interface Refused<Sentence extends string> {
  readonly refused: Sentence;
}

/** `N`, or for a name that cannot be part of a path the sentence why. A name that is not known at compile time is checked by `init`. */
export type NameInPath<N extends string> = N extends ''
  ? Refused<'a name must not be empty'>
  : N extends `${string}/${string}`
    ? Refused<"a name must not contain '/', which separates the names of a path">
    : N extends '__proto__'
      ? Refused<"a name must not be a property of every object, such as '__proto__'">
      : N;

/**
 * Whether a name can be part of a path. Paths are joined by '/': an empty name, or one that contains '/', would make them ambiguous to
 * read. Names of properties of every object, such as '__proto__' and 'constructor', would be found where nothing was put.
 */
export const isName = (name: string): boolean => name !== '' && !name.includes('/') && !(name in Object.prototype);

export const NAME = "a name that is not empty, has no '/' and is not a property of every object";

/** A `ShapeError` at the first name in a tree that cannot be part of a path. */
export const checkNames = (tree: unknown): E.Either<ShapeError, void> => {
  for (const [path] of entries(tree)) {
    const at = path.findIndex((name) => !isName(name));
    if (at !== -1) return E.left(shapeError(NAME, `'${path[at]}'`, path.slice(0, at)));
  }
  return E.right(undefined);
};
