import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { type Axes, type Sizes, sizesOf, type Tensor } from './axes.js';
import { type ConfigError, configError, decode } from './config.js';
import type { Context } from './context.js';
import { type ShapeError, shapeError } from './errors.js';

/** An exception that carries an error from a function that is traced to the engine, which returns it. */
interface FailureException extends Error {
  readonly failure: ShapeError | ConfigError;
}

const exceptionWith = (failure: ShapeError | ConfigError): FailureException =>
  Object.assign(new Error(failure.message), { failure });

const showSizes = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;

/**
 * Refuses what a layer cannot compute with, while its function is traced: an engine returns the `ShapeError`, with the path of the layer,
 * as an `EngineError` of the kind `wrong-shape`. Without this check tfjs may broadcast instead, and give a wrong number.
 *
 * @example
 * const sameWidth = (context: Context, x: Tensor, width: number) =>
 *   requireThat(context, x.shape.at(-1) === width, `${width} features`, `${x.shape.at(-1)}`);
 */
export const requireThat = (context: Context, holds: boolean, expected: string, actual: string): void => {
  if (holds) return;
  throw exceptionWith(shapeError(expected, actual, context.path));
};

/**
 * The sizes of the input of a layer, which must have one for each of these axes.
 *
 * @example
 * const count = (x: Tensor<Tokens>, context: Context): number => {
 *   const [, tokens] = requireAxes(context, ['batch', 'token', 'feature'], x);
 *   return tokens;
 * };
 */
export const requireAxes = <const A extends Axes>(context: Context, axes: A, x: Tensor<A>): Sizes<A> => {
  const sizes: readonly number[] = x.shape;
  requireThat(context, sizes.length === axes.length, `an input [${axes.join(', ')}]`, showSizes(sizes));
  return sizesOf(x);
};

/** Requires a parameter of these sizes; `reason` says what they follow from. */
export const requireParameter = (
  context: Context,
  name: string,
  parameter: { readonly shape: readonly number[] } | undefined,
  sizes: readonly number[],
  reason: string,
): void => {
  const given = parameter?.shape;
  requireThat(
    context,
    given?.length === sizes.length && sizes.every((size, i) => size === given[i]),
    `a parameter '${name}' of ${showSizes(sizes)} for ${reason}`,
    given === undefined ? 'none' : showSizes(given),
  );
};

/**
 * Refuses an option of a function without an error of its own, such as a link of an optimizer, while it is traced: an engine returns the
 * `ConfigError` as an `EngineError` of the kind `invalid-option`.
 *
 * @example
 * const scaledBy = (factor: number): Optimizer =>
 *   stateless((updates) => {
 *     requireOption('scaledBy.factor', positive, factor);
 *     return tree.mapSame((update: Tensor): Tensor => tf.mul(update, factor))(updates);
 *   });
 */
export const requireOption = (name: string, codec: t.Type<number, number>, value: unknown): void => {
  const decoded = decode(codec)(value);
  if (E.isLeft(decoded)) throw exceptionWith(configError(name, decoded.left.problem));
  if (!Number.isFinite(Math.fround(decoded.right)))
    throw exceptionWith(configError(name, `expected a number that float32 can hold, got ${decoded.right}`));
};

/** Whether a layer or another part of a traced function threw this to refuse what it was given. */
export const isFailureException = (thrown: unknown): thrown is FailureException =>
  thrown instanceof Error && 'failure' in thrown;
