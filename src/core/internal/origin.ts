import type { Path } from '../tree.js';

// An exception of tfjs has no place for it.
const origins = new WeakMap<object, Path>();

/** Computes what a layer at this path computes, and remembers the path if that throws. The innermost layer is the one that counts. */
export const at = <R>(path: Path, compute: () => R): R => {
  try {
    return compute();
  } catch (thrown) {
    if (thrown instanceof Error && !origins.has(thrown)) origins.set(thrown, path);
    throw thrown;
  }
};

/** The path of the layer that threw this. */
export const originOf = (thrown: Error): Path | undefined => origins.get(thrown);
