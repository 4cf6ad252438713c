import type { TaskEither } from 'fp-ts/lib/TaskEither.js';

/** Runs tasks one after the other, in the order in which they are started. */
export const oneAtATime = (): (<L, R>(task: TaskEither<L, R>) => TaskEither<L, R>) => {
  // The end of the queue; a TaskEither never rejects.
  let last: Promise<unknown> = Promise.resolve();
  return (task) => () => {
    const started = last.then(task);
    last = started;
    return started;
  };
};
