import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { numberThat, positive, record } from '../../core/config.js';
import { type DataError, dataError } from '../data-error.js';
import { blank, type Image } from '../image.js';
import type { ImageSource } from '../image-source.js';
import { defineTransform } from './define-transform.js';

/** Mean and population standard deviation of each channel, on the scale of the raw values. */
export interface Statistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

// As Keras's Normalization: the divisor of a channel whose values are all equal.
const SMALLEST_STD = 1e-7;

// How many images a source that decodes is told of at a time.
const AHEAD = 64;

const channelStatistics = (histogram: Float64Array, pixels: number): { mean: number; std: number } => {
  const mean = histogram.reduce((sum, times, value) => sum + times * value, 0) / pixels;
  const variance = histogram.reduce((sum, times, value) => sum + times * (value - mean) ** 2, 0) / pixels;
  return { mean, std: Math.max(Math.sqrt(variance), SMALLEST_STD) };
};

/**
 * The statistics of all raw images of a source. They are exact: raw values are counted, so no rounding grows with the
 * number of images. Source: `adapt` of Keras's Normalization with axis −1.
 *
 * Errors: `mismatch` if images differ in channels or values are not whole numbers in 0…255, `empty` without images.
 */
export const statisticsOf = (source: ImageSource): E.Either<DataError, Statistics> => {
  if (source.count === 0)
    return E.left(dataError('empty', 'images', 'one image or more', '0', 'Give the training images.'));
  const { channels } = source.image(0);
  const histograms = Array.from({ length: channels }, () => new Float64Array(256));
  let counted = 0;
  for (let index = 0; index < source.count; index++) {
    if (index % AHEAD === 0)
      source.willRead?.(Array.from({ length: Math.min(AHEAD, source.count - index) }, (_, i) => index + i));
    const { data, ...size } = source.image(index);
    const mismatch = (expected: string, actual: string) =>
      E.left(dataError('mismatch', `image ${index}`, expected, actual, 'Give mean and std of normalize yourself.'));
    if (size.channels !== channels) return mismatch(`${channels} channels, as image 0 has`, `${size.channels}`);
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      const histogram = histograms[i % channels]!;
      // An index that is not one of the 256 reads undefined.
      if (histogram[value] === undefined) return mismatch('values that are whole numbers in 0…255', `${value}`);
      histogram[value]! += 1;
    }
    counted += data.length;
  }
  const statistics = histograms.map((histogram) => channelStatistics(histogram, counted / channels));
  return E.right({ mean: statistics.map(({ mean }) => mean), std: statistics.map(({ std }) => std) });
};

/** (value − mean) / std, channel by channel. */
export const normalize =
  ({ mean, std }: Statistics) =>
  (image: Image): Image => {
    const output = blank(image);
    const { channels } = image;
    for (let channel = 0; channel < channels; channel++) {
      const center = mean[channel]!;
      const scale = std[channel]!;
      for (let i = channel; i < image.data.length; i += channels) output.data[i] = (image.data[i]! - center) / scale;
    }
    return output;
  };

/** A configuration may leave `mean` and `std` out; `adapt` fills them in from the training images. */
export const normalizeTransform = defineTransform({
  kind: 'normalize',
  settings: record(
    'normalize',
    {},
    {
      mean: t.readonlyArray(numberThat('a finite number', () => true)),
      std: t.readonlyArray(positive),
    },
  ),
  phase: 'always',
  apply: ({ mean = [], std = [] }) => {
    const apply = normalize({ mean, std });
    return (_, image) => apply(image);
  },
  problem: ({ mean, std }, input) => {
    if (mean === undefined || std === undefined)
      return `expected mean and std, got none. adapt(transforms, images) fills them in from the training images`;
    if (mean.length !== std.length)
      return `expected as many means as standard deviations, got ${mean.length} and ${std.length}`;
    return input !== undefined && input.channels !== mean.length
      ? `expected images of ${mean.length} ${mean.length === 1 ? 'channel' : 'channels'}, as mean and std have, got ${input.channels}`
      : undefined;
  },
  warning: ({ std = [] }) => {
    const constant = [...std.keys()].filter((channel) => (std[channel] ?? 1) <= SMALLEST_STD);
    return constant.length === 0
      ? undefined
      : `normalize: channel ${constant.join(', ')} has the same value in every training image, so it tells the model nothing. Check the images`;
  },
  adapt: (settings, source) =>
    settings.mean !== undefined && settings.std !== undefined
      ? E.right(settings)
      : pipe(
          statisticsOf(source),
          E.map((statistics) => ({ ...statistics, ...settings })),
        ),
});
