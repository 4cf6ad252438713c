import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { entries, leaves } from '../../src/core/tree.js';
import type { Engine, Value } from '../../src/engine/engine.js';

/** What an engine held since `counted` was called. */
export interface Held {
  /** The bytes of the values that are neither donated nor disposed now. */
  readonly now: () => number;
  /** The most that they ever were. */
  readonly most: () => number;
  /** How often functions were traced, which happens once for each compilation. */
  readonly traces: () => number;
}

const bytesOf = ({ shape, dtype }: Value): number => shape.reduce((a, b) => a * b, dtype === 'bool' ? 1 : 4);

/** An engine that counts the bytes of its values. */
export const counted = (engine: Engine): readonly [Engine, Held] => {
  const live = new Set<Value>();
  let [most, traces] = [0, 0];
  const now = (): number => [...live].reduce((sum, value) => sum + bytesOf(value), 0);
  const add = <T>(tree: T): T => {
    for (const value of leaves<Value>(tree)) live.add(value);
    most = Math.max(most, now());
    return tree;
  };
  const remove = (tree: unknown): void => {
    for (const value of leaves<Value>(tree)) live.delete(value);
  };
  return [
    {
      ...engine,
      fromHost: (tree) => add(engine.fromHost(tree)),
      compile: (f, options) => {
        const traced = (...given: Parameters<typeof f>) => {
          traces++;
          return f(...given);
        };
        const compiled = engine.compile(traced, options);
        return (args, ...key) => {
          const donated = entries<Value>(args).filter(([[name]]) => options?.donate?.includes(name as never));
          remove(donated.map(([, value]) => value));
          return pipe(compiled(args, ...key), TE.map(add));
        };
      },
      dispose: (tree) => {
        remove(tree);
        engine.dispose(tree);
      },
    },
    { now, most: () => most, traces: () => traces },
  ];
};
