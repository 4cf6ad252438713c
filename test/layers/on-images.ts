/** The batch of images for the tests of tokenizers and tokens, and a layer applied to it. */
import type * as tf from '@tensorflow/tfjs-core';
import { evaluation } from '../../src/core/context.js';
import { type AnyLayer, type HostTensor, imageShape, type Shape, tree } from '../../src/core/index.js';
import { build, noise, tensorOf } from '../core/harness.js';
import * as oracle from './oracle.js';

const size = { height: 8, width: 12, channels: 2 };
export const images = imageShape(size, 2);
const given = noise(6, images.sizes);
export const x = tensorOf(given);
export const batch = oracle.nested<readonly oracle.Image[]>(given);

export const run = <P>(layer: AnyLayer, input: Shape = images, value = x) => {
  const { declaration, hosts, params } = build(layer, input);
  const output: tf.Tensor = layer.apply(params, value, evaluation);
  return { output, shape: declaration.output, params: tree.map<HostTensor, unknown>(oracle.nested)(hosts) as P };
};
