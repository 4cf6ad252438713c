import type { Key } from '../../core/key.js';
import type { KeyParameter } from '../engine.js';

/** The function as one of two parameters, for tracing; one that draws nothing ignores the key. */
export const alwaysKeyed =
  <A, B, K extends KeyParameter>(f: (args: A, ...key: K) => B) =>
  (args: A, key: Key): B =>
    f(args, ...([key] as KeyParameter as K));
