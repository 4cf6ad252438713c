import { v8, vm } from './node-modules.js';

const MUCH = 5e7;

let collect: (() => void) | undefined;

/**
 * Collects the garbage of this thread now, if it has arrays of 50 MB or more. V8 does not count shared memory when it decides when to
 * collect, nor does it know that another thread needs memory. Takes some 50 ms. Does nothing outside Node.
 */
export const collectArrays = (): void => {
  const [flags, contexts] = [v8(), vm()];
  if (flags === undefined || contexts === undefined || process.memoryUsage().arrayBuffers < MUCH) return;
  if (collect === undefined) {
    // The only way to get this function in a process that was started without it.
    flags.setFlagsFromString('--expose-gc');
    collect = contexts.runInNewContext('gc') as () => void;
    flags.setFlagsFromString('--no-expose-gc');
  }
  collect();
};
