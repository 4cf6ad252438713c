import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * What earlier tests left to the collector is freed: values of eager engines hold tensors, and a finalizer in the middle of
 * a test that counts tensors would be counted.
 */
export const collected = async (): Promise<void> => {
  collect();
  // Finalizers have a turn of their own.
  await setImmediate();
  await setImmediate();
};
