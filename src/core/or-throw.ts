import type { Either } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Failure } from './errors.js';

const open = <A>(result: Either<Failure, A>): A => {
  if (result._tag === 'Left') throw new Error(result.left.message);
  return result.right;
};

/**
 * For scripts that have nobody to hand an error to: the value, or an `Error` with the failure's message. Everything in the
 * library itself answers failures as values.
 *
 * @example
 * const dataset = await orThrow(loadDataset('fashion-mnist-small'));
 * const declaration = orThrow(model.init(imageShape({ rows: 28, columns: 28, channels: 1 })));
 */
export const orThrow: {
  <A>(result: Either<Failure, A>): A;
  <A>(task: TaskEither<Failure, A>): Promise<A>;
} = (<A>(result: Either<Failure, A> | TaskEither<Failure, A>): A | Promise<A> =>
  typeof result === 'function' ? result().then(open) : open(result)) as typeof orThrow;
