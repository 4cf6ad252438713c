import { drawOnHost, key, orThrow } from '../src/core/index.js';
import { type ImageSource, imagesFromBytes } from '../src/data/index.js';

const DIFFERENT = 1000;

/**
 * Images of noise, at most a thousand different ones: neither time nor memory depends on the content of images. They have every class, so
 * that no model learns them: gradients near 0 are denormal numbers, which take processors twenty times as long.
 */
export const noise = (
  count: number,
  height: number,
  width: number,
  channels: number,
  classes: readonly string[] = ['noise'],
): ImageSource => {
  const image = height * width * channels;
  const different = Math.min(count, DIFFERENT);
  const draws = drawOnHost(key(1), { kind: 'uniform' }, [different * image]).data;
  const pixels = new Uint8Array(count * image);
  for (const [i, draw] of draws.entries()) pixels[i] = 256 * draw;
  for (let made = different * image; made < pixels.length; made *= 2) pixels.copyWithin(made, 0, made);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes.length);
  return orThrow(imagesFromBytes({ height, width, channels, count, pixels, labels, classes }));
};
