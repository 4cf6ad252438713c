/** Frees what earlier tests left, before each test: values of the engines on tfjs-node hold tensors, those of jit do not. */
import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach } from 'vitest';
import { collected } from '../../support/collected.js';

let remaining = 0;
beforeEach(async () => {
  if (tf.memory().numTensors > remaining) await collected();
  remaining = tf.memory().numTensors;
});
