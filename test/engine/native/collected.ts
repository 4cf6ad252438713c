/**
 * Before each test: what earlier ones left to the collector is freed, so that it is not freed in the middle of a test
 * that counts tensors. Values of tfjs-node's engines hold tensors, which are counted; those of jit hold none.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach } from 'vitest';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let held = 0;
beforeEach(async () => {
  if (tf.memory().numTensors > held) {
    collect();
    // Finalizers have a turn of their own.
    await setImmediate();
    await setImmediate();
  }
  held = tf.memory().numTensors;
});
