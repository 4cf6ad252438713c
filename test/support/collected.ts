import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memory } from '@tensorflow/tfjs-core';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ROUNDS = 3;

/**
 * Frees what earlier tests left to the garbage collector: values of eager engines hold tensors, and a finalizer that runs
 * during a test would change its count of tensors. Freed values may have held others, so this repeats until nothing changes.
 */
export const collected = async (): Promise<void> => {
  let remaining: number;
  do {
    remaining = memory().numTensors;
    for (let round = 0; round < ROUNDS; round++) {
      collect();
      // Finalizers run in a later turn of the event loop.
      await setImmediate();
      await setImmediate();
    }
  } while (memory().numTensors < remaining);
};
