import type { LabeledImages } from '../dataset.js';
import { blank, type Image } from '../image.js';
import type { Statistics } from './statistics.js';

// As Keras's Normalization: a channel of one value alone divides by this.
const SMALLEST_DEVIATION = 1e-7;

const channelStatistics = (histogram: Float64Array, pixels: number): { mean: number; deviation: number } => {
  const mean = histogram.reduce((sum, times, value) => sum + times * value, 0) / pixels;
  const variance = histogram.reduce((sum, times, value) => sum + times * (value - mean) ** 2, 0) / pixels;
  return { mean, deviation: Math.max(Math.sqrt(variance), SMALLEST_DEVIATION) };
};

/**
 * The statistics of all the given images, exact: bytes are counted, so no rounding grows with their number.
 * Source: `adapt` of Keras's Normalization with axis −1.
 */
export const adaptNormalization = (images: LabeledImages): Statistics => {
  const { channels, pixels } = images;
  const histograms = Array.from({ length: channels }, () => new Float64Array(256));
  for (let i = 0; i < pixels.length; i++) histograms[i % channels]![pixels[i]!]! += 1;
  const statistics = histograms.map((histogram) => channelStatistics(histogram, pixels.length / channels));
  return { mean: statistics.map(({ mean }) => mean), std: statistics.map(({ deviation }) => deviation) };
};

/** (value − mean) / deviation, channel by channel. */
export const normalize =
  ({ mean, std: deviation }: Statistics) =>
  (image: Image): Image => {
    const output = blank(image);
    const { channels } = image;
    for (let channel = 0; channel < channels; channel++) {
      const centre = mean[channel]!;
      const scale = deviation[channel]!;
      for (let i = channel; i < image.data.length; i += channels) output.data[i] = (image.data[i]! - centre) / scale;
    }
    return output;
  };
