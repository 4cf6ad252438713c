import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { map } from '../../core/tree.js';
import type { Value } from '../engine.js';

export interface PerSignature<Args, L, R> {
  /** What was made for arguments of these shapes and types. A call that comes meanwhile waits for it. */
  readonly of: (args: Args) => TaskEither<L, R>;
  /** Forgets everything and returns it. */
  readonly clear: () => readonly TaskEither<L, R>[];
}

/** Caches what `make` makes by the shapes and types of the arguments. */
export const perSignature = <Args, L, R>(make: (args: Args) => TaskEither<L, R>): PerSignature<Args, L, R> => {
  const cache = new Map<string, TaskEither<L, R>>();
  return {
    of: (args) => {
      const signature = JSON.stringify(map<Value, string>(({ shape, dtype }) => `${dtype} ${shape}`)(args));
      const cached = cache.get(signature);
      if (cached !== undefined) return cached;
      const started = make(args)();
      cache.set(signature, () => started);
      return () => started;
    },
    clear: () => {
      const all = [...cache.values()];
      cache.clear();
      return all;
    },
  };
};
