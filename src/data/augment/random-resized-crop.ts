import * as t from 'io-ts';
import { numberThat, positive, positiveInteger, record } from '../../core/config.js';
import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import type { Image, ImageSize } from '../image.js';
import { defineTransform } from './define-transform.js';
import { type Box, resampleBox } from './resample.js';

/** The smallest and the largest value. */
export type Range = readonly [smallest: number, largest: number];

export interface ResizedCropOptions {
  readonly height: number;
  readonly width: number;
  /** The part of the area of the image that the crop has. Default: 0.08 to 1. */
  readonly area?: Range;
  /** The width of the crop divided by its height. Default: 3/4 to 4/3. */
  readonly aspect?: Range;
}

// As torchvision: after this many boxes that do not fit in the image, the largest one in the middle is taken.
const ATTEMPTS = 10;

const middle = ({ height, width }: ImageSize, box: Pick<Box, 'height' | 'width'>): Box => ({
  ...box,
  top: Math.floor((height - box.height) / 2),
  left: Math.floor((width - box.width) / 2),
});

/** The largest box in the middle whose ratio of width to height is in the range. */
export const centralBox = (image: ImageSize, [narrowest, widest]: Range): Box => {
  const { height, width } = image;
  if (width / height < narrowest) return middle(image, { width, height: Math.max(1, Math.round(width / narrowest)) });
  if (width / height > widest) return middle(image, { width: Math.max(1, Math.round(height * widest)), height });
  return middle(image, { height, width });
};

/** A random box: its area and the logarithm of its ratio are uniform, and so is its place. */
export const randomBox = (key: Key, image: ImageSize, area: Range, aspect: Range): Box => {
  const draws = drawOnHost(key, { kind: 'uniform' }, [ATTEMPTS, 4]).data;
  const between = ([least, most]: Range, at: number): number => least + (most - least) * draws[at]!;
  for (let at = 0; at < draws.length; at += 4) {
    const pixels = image.height * image.width * between(area, at);
    const shape = Math.exp(between([Math.log(aspect[0]), Math.log(aspect[1])], at + 1));
    const width = Math.round(Math.sqrt(pixels * shape));
    const height = Math.round(Math.sqrt(pixels / shape));
    if (width > 0 && height > 0 && width <= image.width && height <= image.height) {
      const top = Math.floor(draws[at + 2]! * (image.height - height + 1));
      return { top, left: Math.floor(draws[at + 3]! * (image.width - width + 1)), height, width };
    }
  }
  return centralBox(image, aspect);
};

const AREA: Range = [0.08, 1];
const ASPECT: Range = [3 / 4, 4 / 3];

/**
 * Cuts out a random box and resizes it, bilinear with antialiasing.
 * Source: torchvision's RandomResizedCrop (Szegedy et al. 2015, "Going deeper with convolutions", section 6).
 */
export const randomResizedCrop =
  ({ height, width, area = AREA, aspect = ASPECT }: ResizedCropOptions) =>
  (key: Key, image: Image): Image =>
    resampleBox(randomBox(key, image, area, aspect), height, width)(image);

const rangeProblem = (name: string, [least, most]: Range): string | undefined =>
  least <= most ? undefined : `expected ${name} to be the smallest and the largest value, got ${least} and ${most}`;

const fraction = numberThat('a number above 0, at most 1', (n) => n > 0 && n <= 1);

/** In evaluation, the largest box in the middle that has the ratio of the output is resized. */
export const randomResizedCropTransform = defineTransform({
  kind: 'random-resized-crop',
  settings: record(
    'random-resized-crop',
    { height: positiveInteger, width: positiveInteger },
    { area: t.tuple([fraction, fraction]), aspect: t.tuple([positive, positive]) },
  ),
  apply: randomResizedCrop,
  evaluate:
    ({ height, width }) =>
    (image) =>
      resampleBox(centralBox(image, [width / height, width / height]), height, width)(image),
  outputSize:
    ({ height, width }) =>
    ({ channels }) => ({ height, width, channels }),
  problem: ({ area = AREA, aspect = ASPECT }) => rangeProblem('area', area) ?? rangeProblem('aspect', aspect),
});
