import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { map } from '../../core/tree.js';
import type { Value, Values } from '../engine.js';

/** Makes something once for each combination of argument shapes and types; a call that comes meanwhile waits for it. */
export const perSignature = <A, L, R>(
  make: (args: Values<A>) => TaskEither<L, R>,
): ((args: Values<A>) => TaskEither<L, R>) => {
  const made = new Map<string, TaskEither<L, R>>();
  return (args) => {
    const signature = JSON.stringify(map<Value, string>(({ shape, dtype }) => `${dtype} ${shape}`)(args));
    const known = made.get(signature);
    if (known !== undefined) return known;
    const started = make(args)();
    made.set(signature, () => started);
    return () => started;
  };
};
