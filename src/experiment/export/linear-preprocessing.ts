import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../../core/config.js';
import { drawOnHost } from '../../core/host-draws.js';
import { key } from '../../core/key.js';
import type { Pipeline } from '../../data/augment/pipeline.js';
import { blank, type Image, type ImageSize } from '../../data/image.js';

/** A map of rows or columns: `weights` has `outputs · inputs` numbers, row by row. */
export interface Resampling {
  readonly outputs: number;
  readonly inputs: number;
  readonly weights: Float32Array;
}

/** `(rows · image · columnsᵀ − mean) / std`, for each channel. */
export interface LinearPreprocessing {
  readonly input: ImageSize;
  readonly output: ImageSize;
  readonly rows: Resampling;
  readonly columns: Resampling;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

// The range of raw values.
const WHITE = 255;

// Of the values that a model takes, in units of the largest one: a few roundings in float32.
const TOLERANCE = 1e-5;

type IsWhite = (row: number, column: number) => boolean;

const whiteWhere = (size: ImageSize, isWhite: IsWhite): Image => {
  const image = blank(size);
  for (const i of image.data.keys()) {
    const pixel = Math.floor(i / size.channels);
    if (isWhite(Math.floor(pixel / size.width), pixel % size.width)) image.data[i] = WHITE;
  }
  return image;
};

/** Applies linear preprocessing, in double precision. */
export const applyLinear = (
  { output, rows, columns, mean, std }: LinearPreprocessing,
  { width, channels, data }: Image,
): Image => {
  const result = blank(output);
  const at = ({ weights, inputs }: Resampling, to: number, from: number): number => weights[to * inputs + from] ?? 0;
  const wide = new Float64Array(rows.inputs * output.width * channels);
  for (let row = 0; row < rows.inputs; row++)
    for (let to = 0; to < output.width; to++)
      for (let from = 0; from < width; from++) {
        const weight = at(columns, to, from);
        if (weight === 0) continue;
        for (let channel = 0; channel < channels; channel++) {
          const place = (row * output.width + to) * channels + channel;
          wide[place] = (wide[place] ?? 0) + weight * (data[(row * width + from) * channels + channel] ?? 0);
        }
      }
  const stride = output.width * channels;
  for (let to = 0; to < output.height; to++)
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let from = 0; from < rows.inputs; from++) sum += at(rows, to, from) * (wide[from * stride + i] ?? 0);
      result.data[to * stride + i] = (sum - (mean[i % channels] ?? 0)) / (std[i % channels] ?? 1);
    }
  return result;
};

const largestDifference = (one: Image, other: Image): number => {
  const scale = other.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return one.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (other.data[i] ?? 0))), 0) / scale;
};

const isSame = (some: LinearPreprocessing, { preprocess }: Pipeline): boolean => {
  const { height, width, channels } = some.input;
  const noise = drawOnHost(key(1), { kind: 'uniform' }, [height, width, channels]).data;
  const image = { ...some.input, data: Float32Array.from(noise, (value) => Math.floor(value * (WHITE + 1))) };
  return largestDifference(applyLinear(some, image), preprocess(image)) < TOLERANCE;
};

/**
 * What a pipeline does to images of one size in evaluation, as numbers: resampling of rows and of columns, and a mean and a standard
 * deviation for each channel. It is found by giving the pipeline black and white images with one row or column of the other colour, and is
 * then compared with the pipeline on noise, so it holds for custom transforms, too.
 *
 * Errors: a `ConfigError` for a pipeline that is not of this kind, or that does not take such images.
 */
export const linearPreprocessing = (pipeline: Pipeline, input: ImageSize): E.Either<ConfigError, LinearPreprocessing> =>
  pipe(
    pipeline.outputSize(input),
    E.map((output): LinearPreprocessing => {
      const made = (isWhite: IsWhite): Image => pipeline.preprocess(whiteWhere(input, isWhite));
      const black = made(() => false).data;
      const white = made(() => true).data;
      const range = Array.from({ length: output.channels }, (_, i) => (white[i] ?? 0) - (black[i] ?? 0));
      // Of the first channel and of the first pixel in the other direction: all are alike, or the comparison fails.
      const share = (image: Image, place: number): number =>
        ((image.data[place] ?? 0) - (black[place] ?? 0)) / (range[0] ?? 1);
      const resampling = (outputs: number, inputs: number, oneWhite: (at: number) => Image, step: number) => {
        const weights = new Float32Array(outputs * inputs);
        for (let from = 0; from < inputs; from++) {
          const image = oneWhite(from);
          for (let to = 0; to < outputs; to++) weights[to * inputs + from] = share(image, to * step);
        }
        return { outputs, inputs, weights };
      };
      const { channels } = output;
      return {
        input,
        output,
        rows: resampling(output.height, input.height, (at) => made((row) => row === at), output.width * channels),
        columns: resampling(output.width, input.width, (at) => made((_, column) => column === at), channels),
        mean: range.map((each, i) => (-WHITE * (black[i] ?? 0)) / each),
        std: range.map((each) => WHITE / each),
      };
    }),
    E.filterOrElse(
      (linear) => isSame(linear, pipeline),
      () =>
        configError(
          'transforms',
          'expected transforms that only resize and scale images in evaluation, which an exported model can do, got others. Export the model without them: exportOnnx(model, params, …)',
        ),
    ),
  );
