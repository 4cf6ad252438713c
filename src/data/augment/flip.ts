import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import { blank, type Image } from '../image.js';

/** The mirror image, left for right. */
export const flipHorizontally = (image: Image): Image => {
  const { height: rows, width: columns, channels, data } = image;
  const output = blank(image);
  const to = output.data;
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (let column = columns - 1; column >= 0; column--) {
      const from = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel++) to[at++] = data[from + channel]!;
    }
  return output;
};

/** Flips with probability ½. Source: Keras's RandomFlip('horizontal'). */
export const flip = (key: Key, image: Image): Image =>
  drawOnHost(key, { kind: 'bernoulli', probability: 0.5 }, []).data[0] === 1 ? flipHorizontally(image) : image;
