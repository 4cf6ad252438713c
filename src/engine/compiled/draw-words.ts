import { follow, type Key, type KeyPath } from '../../core/key.js';
import type { Words } from '../../core/threefry.js';

/** The words of a draw of a compiled function: those at the end of a path that starts at the key of the call. */
export const drawWordsAt = (key: Key | undefined, path: KeyPath): Words => {
  if (key === undefined) throw new Error('this function draws random numbers: call it with a key');
  if (key.root.kind === 'deferred') throw new Error('a compiled function was called with the key of a trace');
  return follow(key.root.words, [...key.path, ...path]);
};
