import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { map } from '../../core/tree.js';
import type { Value } from '../engine.js';

/** Caches what `make` makes by the shapes and types of the arguments. A call that comes meanwhile waits for it. */
export const perSignature = <Args, L, R>(
  make: (args: Args) => TaskEither<L, R>,
): ((args: Args) => TaskEither<L, R>) => {
  const cache = new Map<string, TaskEither<L, R>>();
  return (args) => {
    const signature = JSON.stringify(map<Value, string>(({ shape, dtype }) => `${dtype} ${shape}`)(args));
    const cached = cache.get(signature);
    if (cached !== undefined) return cached;
    const started = make(args)();
    cache.set(signature, () => started);
    return () => started;
  };
};
