import { numberThat, record, wholeNumber } from '../../core/config.js';
import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import { blank, type Image } from '../image.js';
import { defineTransform } from './define-transform.js';

/** Moves an image by whole pixels, down and to the right if positive; pixels that become free are set to `fill`. */
export const shiftBy =
  (down: number, right: number, fill = 0) =>
  (image: Image): Image => {
    const { height, width, channels, data } = image;
    const output = blank(image);
    output.data.fill(fill);
    const first = Math.max(0, right);
    const visible = Math.max(0, width - Math.abs(right));
    for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
      const from = ((row - down) * width + first - right) * channels;
      output.data.set(data.subarray(from, from + visible * channels), (row * width + first) * channels);
    }
    return output;
  };

/**
 * Moves by whole pixels, uniform in −pixels … pixels and independent on each axis. This is PyTorch's RandomCrop with
 * padding: pad each side by `pixels`, then crop to the original size at a random position.
 */
export const shift =
  (pixels: number, fill = 0) =>
  (key: Key, image: Image): Image => {
    const [u, v] = drawOnHost(key, { kind: 'uniform' }, [2]).data;
    const steps = 2 * pixels + 1;
    return shiftBy(Math.floor(u! * steps) - pixels, Math.floor(v! * steps) - pixels, fill)(image);
  };

export const shiftTransform = defineTransform({
  kind: 'shift',
  settings: record('shift', { pixels: wholeNumber }, { fill: numberThat('a finite number', () => true) }),
  apply: ({ pixels, fill }) => shift(pixels, fill),
});
