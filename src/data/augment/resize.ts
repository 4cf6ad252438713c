import { record, size } from '../../core/config.js';
import { blank, type Image } from '../image.js';
import { defineTransform } from './define-transform.js';

interface Taps {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** The weight of `upper`, in [0, 1). */
  readonly weight: Float64Array;
}

// Half-pixel centers, clamped at the edge.
const taps = (input: number, output: number): Taps => {
  const lower = new Int32Array(output);
  const upper = new Int32Array(output);
  const weight = new Float64Array(output);
  for (let i = 0; i < output; i++) {
    const at = ((i + 0.5) * input) / output - 0.5;
    lower[i] = Math.max(Math.floor(at), 0);
    upper[i] = Math.min(Math.ceil(at), input - 1);
    weight[i] = at - Math.floor(at);
  }
  return { lower, upper, weight };
};

/**
 * Bilinear resizing with half-pixel centers, clamped at the edge, without antialiasing.
 * Source: Keras's Resizing, `tf.image.resize` (version 2).
 */
export const resize =
  (height: number, width: number) =>
  (image: Image): Image => {
    if (height === image.height && width === image.width) return image;
    const { data: from, channels } = image;
    const horizontal = taps(image.width, width);
    const vertical = taps(image.height, height);

    // Horizontally first, so that each row of the input is resized once.
    const stride = width * channels;
    const wide = new Float32Array(image.height * stride);
    for (let row = 0, at = 0; row < image.height; row++)
      for (let column = 0; column < width; column++) {
        const left = (row * image.width + horizontal.lower[column]!) * channels;
        const right = (row * image.width + horizontal.upper[column]!) * channels;
        const weight = horizontal.weight[column]!;
        for (let channel = 0; channel < channels; channel++) {
          const value = from[left + channel]!;
          wide[at++] = value + (from[right + channel]! - value) * weight;
        }
      }

    const output = blank({ height, width, channels });
    const to = output.data;
    for (let row = 0, at = 0; row < height; row++) {
      const above = vertical.lower[row]! * stride;
      const below = vertical.upper[row]! * stride;
      const weight = vertical.weight[row]!;
      for (let i = 0; i < stride; i++) {
        const value = wide[above + i]!;
        to[at++] = value + (wide[below + i]! - value) * weight;
      }
    }
    return output;
  };

export const resizeTransform = defineTransform({
  kind: 'resize',
  settings: record('resize', { height: size, width: size }),
  phase: 'always',
  apply: ({ height, width }) => {
    const apply = resize(height, width);
    return (_, image) => apply(image);
  },
  outputSize:
    ({ height, width }) =>
    ({ channels }) => ({ height, width, channels }),
});
