import * as t from 'io-ts';
import { numberThat, oneOf, positiveInteger, record } from '../core/config.js';

const byte = numberThat('a whole number in 0…255', (n) => Number.isInteger(n) && n >= 0 && n <= 255);

/**
 * How image files of any size and format become images of one size, as JSON: a run keeps it, so that a model sees later
 * images as it saw those that it was trained on.
 */
export const ImageDecoding = record('how images are decoded', {
  height: positiveInteger,
  width: positiveInteger,
  /** 3: red, green and blue; 1: gray. */
  channels: numberThat('1 or 3', (n) => n === 1 || n === 3),
  /**
   * What is done about another aspect ratio: `stretch` changes it; `crop` scales the image until it covers the size and
   * cuts off equal parts of both ends; `pad` scales it until it fits in and fills the rest with the background.
   */
  fit: oneOf(['stretch', 'crop', 'pad']),
  /** The kernel of the resampling, with antialiasing where an image becomes smaller. */
  kernel: oneOf(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3']),
  /** Red, green and blue: what shows through transparent pixels, and what `pad` fills with. */
  background: t.tuple([byte, byte, byte], 'three whole numbers in 0…255'),
});
export type ImageDecoding = t.TypeOf<typeof ImageDecoding>;

/** Crop to the size, Lanczos resampling with three lobes, and a white background. */
export const defaultDecoding = {
  fit: 'crop',
  kernel: 'lanczos3',
  background: [255, 255, 255],
} as const satisfies Partial<ImageDecoding>;
