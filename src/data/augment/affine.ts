import { blank, type Image } from '../image.js';

/**
 * A map from the pixel (column x, row y) of the output to the place in the input that it shows:
 * x ↦ xx·x + xy·y + x0, y ↦ yx·x + yy·y + y0.
 */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

// d c b a | a b c d | d c b a: the mirror stands at the outer edge of the last pixel. Between the centre of that pixel and
// the mirror both neighbours are the same pixel, hence the clamp.
const reflect = (at: number, size: number): number => {
  if (at >= 0 && at <= size - 1) return at;
  const period = 2 * size;
  const wrapped = at + 0.5 - period * Math.floor((at + 0.5) / period);
  const folded = (wrapped < size ? wrapped : period - wrapped) - 0.5;
  return Math.min(Math.max(folded, 0), size - 1);
};

/**
 * Moves an image along an affine map: bilinear, mirrored outside.
 * Source: TensorFlow's ImageProjectiveTransformV3 with fill mode REFLECT, which Keras's random layers call.
 */
export const warp = (map: Affine, image: Image): Image => {
  const { height: rows, width: columns, channels, data: from } = image;
  const { xx, xy, x0, yx, yy, y0 } = map;
  const output = blank(image);
  const to = output.data;
  const stride = columns * channels;
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const x = reflect(xx * column + xy * row + x0, columns);
      const y = reflect(yx * column + yy * row + y0, rows);
      const left = Math.floor(x);
      const top = Math.floor(y);
      // On the last column or row the weight of the next one is 0, and the step to it stays inside.
      const right = left + 1 < columns ? channels : 0;
      const below = top + 1 < rows ? stride : 0;
      const across = x - left;
      const down = y - top;
      const topLeft = (1 - across) * (1 - down);
      const topRight = across * (1 - down);
      const bottomLeft = (1 - across) * down;
      const bottomRight = across * down;
      let corner = top * stride + left * channels;
      for (let channel = 0; channel < channels; channel++) {
        to[at++] =
          from[corner]! * topLeft +
          from[corner + right]! * topRight +
          from[corner + below]! * bottomLeft +
          from[corner + below + right]! * bottomRight;
        corner++;
      }
    }
  return output;
};
