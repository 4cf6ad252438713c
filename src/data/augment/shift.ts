import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import { blank, type Image } from '../image.js';

/** Moves an image by whole pixels, down and to the right where positive; what comes in from outside is `fill`. */
export const shiftBy =
  (down: number, right: number, fill = 0) =>
  (image: Image): Image => {
    const { height: rows, width: columns, channels, data } = image;
    const output = blank(image);
    output.data.fill(fill);
    const first = Math.max(0, right);
    const width = Math.max(0, columns - Math.abs(right));
    for (let row = Math.max(0, down); row < Math.min(rows, rows + down); row++) {
      const from = ((row - down) * columns + first - right) * channels;
      output.data.set(data.subarray(from, from + width * channels), (row * columns + first) * channels);
    }
    return output;
  };

/**
 * Moves by whole pixels that are uniform in −pixels … pixels on each axis, independently: padding by `pixels` on every
 * side and cropping at random back to the size, as in RandomCrop with padding.
 */
export const shift =
  (pixels: number, fill = 0) =>
  (key: Key, image: Image): Image => {
    const [u, v] = drawOnHost(key, { kind: 'uniform' }, [2]).data;
    const steps = 2 * pixels + 1;
    return shiftBy(Math.floor(u! * steps) - pixels, Math.floor(v! * steps) - pixels, fill)(image);
  };
