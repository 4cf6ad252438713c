/**
 * Errors are values. Each says where, what was expected, what was given and, where possible, what to do.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { type Axes, areSizes, type Shape, type Sizes, showShape, sizeOf } from './axes.js';
import type { Path } from './tree.js';

/** What every error of this library has: a tag to match on and a message to show. */
export interface Failure<Tag extends string = string> {
  readonly _tag: Tag;
  readonly message: string;
}

/** A layer does not accept the shape of its input, or its options do not fit together. */
export interface ShapeError extends Failure<'ShapeError'> {
  /** The names from the model down to the layer: `['blocks', '3', 'attention']`. */
  readonly path: Path;
  readonly expected: string;
  readonly actual: string;
}

const sentence = (path: Path, expected: string, actual: string): string =>
  `${path.length === 0 ? 'model' : path.join('/')}: expected ${expected}, got ${actual}`;

/** A `ShapeError` of the current layer; `named` prepends the path to it. */
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

// `_expected` is there for its type; `last` are its names without a leading '...'.
const hasAxes = <A extends Axes>(_expected: A, last: Axes, axes: Axes, sizes: readonly number[]): sizes is Sizes<A> =>
  sizes.length === last.length && axes.length === last.length && last.every((axis, i) => axis === axes[i]);

/**
 * The sizes of a shape as a tuple, if its axes have these names and its sizes are whole numbers above 0; otherwise a `ShapeError`. A leading `'...'` stands for any
 * number of axes, whose sizes are left out.
 *
 * @example
 * const tokens = (input: Shape) =>
 *   pipe(
 *     expectAxes(['batch', 'token', 'feature'], input),
 *     E.map(([batch, count]) => batch * count),
 *   );
 */
export const expectAxes = <const A extends Axes>(expected: A, input: Shape): E.Either<ShapeError, Sizes<A>> => {
  const last = expected[0] === '...' ? expected.slice(1) : expected;
  const from = expected[0] === '...' ? Math.max(0, input.axes.length - last.length) : 0;
  const sizes = input.sizes.slice(from);
  if (input.sizes.length !== input.axes.length || !hasAxes(expected, last, input.axes.slice(from), sizes))
    return E.left(shapeError(`axes [${expected.join(', ')}]`, showShape(input)));
  return areSizes(input.sizes) && sizeOf(input.sizes) > 0
    ? E.right(sizes)
    : E.left(shapeError('sizes that are whole numbers, 1 or more', showShape(input)));
};

/**
 * Nothing if the condition holds, otherwise a `ShapeError`.
 *
 * @example
 * const divides = ensure(66 % 4 === 0, 'a width that 4 heads divide', '66');
 */
export const ensure = (holds: boolean, expected: string, actual: string): E.Either<ShapeError, void> =>
  holds ? E.right(undefined) : E.left(shapeError(expected, actual));
