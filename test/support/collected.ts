import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memory } from '@tensorflow/tfjs-core';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ROUNDS = 3;

/**
 * What earlier tests left to the collector is freed: values of eager engines hold tensors, and a finalizer in the middle of
 * a test that counts tensors would be counted. What is freed may have held more, so this goes on for as long as it finds some.
 */
export const collected = async (): Promise<void> => {
  let held: number;
  do {
    held = memory().numTensors;
    for (let round = 0; round < ROUNDS; round++) {
      collect();
      // Finalizers have a turn of their own.
      await setImmediate();
      await setImmediate();
    }
  } while (memory().numTensors < held);
};
