/**
 * Errors are values. Each says where, what was expected, what came and, where it can, what to do.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { type Axes, type Shape, showShape } from './axes.js';
import type { Path } from './tree.js';

/** What every error of this library has: a tag to match on and a sentence to show. */
export interface Failure<Tag extends string = string> {
  readonly _tag: Tag;
  readonly message: string;
}

/** A layer that cannot work on the shape that reaches it, or whose options do not fit together. */
export interface ShapeError extends Failure<'ShapeError'> {
  /** The names on the way to the layer, outermost first: `['blocks', '3', 'attention']`. */
  readonly path: Path;
  readonly expected: string;
  readonly actual: string;
}

const sentence = (path: Path, expected: string, actual: string): string =>
  `${path.length === 0 ? 'model' : path.join('/')}: expected ${expected}, got ${actual}`;

/** A `ShapeError` at the present layer; `named` puts the way to it in front. */
export const shapeError = (expected: string, actual: string, path: Path = []): ShapeError => ({
  _tag: 'ShapeError',
  path,
  expected,
  actual,
  message: sentence(path, expected, actual),
});

/** The same error seen from one level further out. */
export const within =
  (name: string) =>
  (error: ShapeError): ShapeError =>
    shapeError(error.expected, error.actual, [name, ...error.path]);

/** Reads the sizes of a shape by axis name, or says that the axes are others. A leading `...` stands for any axes. */
export const expectAxes = (wanted: Axes, input: Shape): E.Either<ShapeError, readonly number[]> => {
  const open = wanted[0] === '...';
  const tail = open ? wanted.slice(1) : wanted;
  const got = open ? input.axes.slice(-tail.length) : input.axes;
  return got.length === tail.length && tail.every((axis, i) => axis === got[i])
    ? E.right(open ? input.sizes.slice(-tail.length) : input.sizes)
    : E.left(shapeError(`axes [${wanted.join(', ')}]`, showShape(input)));
};

/** `ensure(dim % heads === 0, 'a width that 4 heads divide', '66')` */
export const ensure = (holds: boolean, expected: string, actual: string): E.Either<ShapeError, void> =>
  holds ? E.right(undefined) : E.left(shapeError(expected, actual));
