/** Before each test what earlier ones left is freed: values of the engines on tfjs-node hold tensors, those of jit hold none. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach } from 'vitest';
import { collected } from '../../support/collected.js';

let held = 0;
beforeEach(async () => {
  if (tf.memory().numTensors > held) await collected();
  held = tf.memory().numTensors;
});
