import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Engine } from '../engine/engine.js';

/** Frees values of an engine when a task is done, whether it failed or not. */
export const freeing =
  (engine: Engine, values: unknown) =>
  <Error, A>(task: TE.TaskEither<Error, A>): TE.TaskEither<Error, A> =>
    pipe(
      task,
      T.map((result) => {
        engine.dispose(values);
        return result;
      }),
    );
