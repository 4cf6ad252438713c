import type { Context } from './context.js';
import { type ShapeError, shapeError } from './errors.js';

/** An exception that carries a `ShapeError` from a layer's `apply` to the engine, which returns it. */
interface ShapeException extends Error {
  readonly shapeError: ShapeError;
}

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
  const error = shapeError(expected, actual, context.path);
  throw Object.assign(new Error(error.message), { shapeError: error });
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

/** Whether a layer threw this to refuse its input. */
export const isShapeException = (thrown: unknown): thrown is ShapeException =>
  thrown instanceof Error && 'shapeError' in thrown;
