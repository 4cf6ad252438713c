import type { Either } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Failure } from './errors.js';

const open = <A>(result: Either<Failure, A>): A => {
  if (result._tag === 'Left') throw new Error(result.left.message, { cause: result.left });
  return result.right;
};

/**
 * For scripts that have nowhere to return an error to: the value of a result, or of a task that gives one. Otherwise throws
 * an `Error` with the failure's message and the failure itself as its `cause`. Nothing in the library itself throws this way.
 *
 * @example
 * const declaration = orThrow(vit(quickstartModels.sl).init(imageShape({ height: 28, width: 28, channels: 1 })));
 */
export function orThrow<A>(result: Either<Failure, A>): A;
export function orThrow<A>(task: TaskEither<Failure, A>): Promise<A>;
export function orThrow<A>(result: Either<Failure, A> | TaskEither<Failure, A>): A | Promise<A> {
  return typeof result === 'function' ? result().then(open) : open(result);
}
