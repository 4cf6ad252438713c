import { blank, type Image } from '../image.js';

/** A rectangle of whole pixels in an image. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** For each output position: the first input position and the weights of those from there on. */
type Taps = readonly { readonly first: number; readonly weights: Float64Array }[];

// A triangle around the center of each output pixel, as wide as two output pixels but at least two input pixels.
const tapsOf = (input: number, output: number): Taps => {
  const scale = input / output;
  const reach = Math.max(scale, 1);
  return Array.from({ length: output }, (_, i) => {
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - reach + 0.5));
    const last = Math.min(input, Math.floor(center + reach + 0.5));
    const weights = Float64Array.from({ length: last - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - center) / reach),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
};

/**
 * Resizes a box of an image, bilinear with antialiasing: where it becomes smaller, each output pixel is a weighted mean of all
 * pixels that it covers. Pixels outside the box are not read.
 * Source: Pillow's BILINEAR, which torchvision's `resized_crop` calls.
 */
export const resampleBox =
  (box: Box, height: number, width: number) =>
  (image: Image): Image => {
    const { data: from, channels } = image;
    const stride = width * channels;
    // Horizontally first: each row of the box once.
    const wide = new Float32Array(box.height * stride);
    const columns = tapsOf(box.width, width);
    for (let row = 0, at = 0; row < box.height; row++) {
      const start = ((box.top + row) * image.width + box.left) * channels;
      for (const { first, weights } of columns)
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let k = 0; k < weights.length; k++) sum += weights[k]! * from[start + (first + k) * channels + channel]!;
          wide[at++] = sum;
        }
    }
    const output = blank({ height, width, channels });
    for (const [row, { first, weights }] of tapsOf(box.height, height).entries())
      for (let i = 0; i < stride; i++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * wide[(first + k) * stride + i]!;
        output.data[row * stride + i] = sum;
      }
    return output;
  };
