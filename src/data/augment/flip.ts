import { record } from '../../core/config.js';
import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import { blank, type Image } from '../image.js';
import { defineTransform } from './define-transform.js';

/** The mirror image: left and right are exchanged. */
export const flipHorizontally = (image: Image): Image => {
  const { height, width, channels, data } = image;
  const output = blank(image);
  const to = output.data;
  let at = 0;
  for (let row = 0; row < height; row++)
    for (let column = width - 1; column >= 0; column--) {
      const from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) to[at++] = data[from + channel]!;
    }
  return output;
};

/** Flips with probability ½. Source: Keras's RandomFlip('horizontal'). */
export const flip = (key: Key, image: Image): Image =>
  drawOnHost(key, { kind: 'bernoulli', probability: 0.5 }, []).data[0] === 1 ? flipHorizontally(image) : image;

export const flipTransform = defineTransform({
  kind: 'flip',
  settings: record('flip', {}),
  apply: () => flip,
});
