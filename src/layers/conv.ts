import { add, type Tensor as CoreTensor, conv2d, depthwiseConv2d, type Tensor4D } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, sizeOf, type Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure } from '../core/errors.js';
import { glorotUniform, zeros } from '../core/initializers.js';
import type { AnyLayer, Layer } from '../core/layer.js';
import { requireParameter } from '../core/require.js';
import type { WeightInitializer } from './linear.js';
import { imagesOf, ofRankFour, paddedFor, type WindowOptions, windowed } from './windows.js';

export interface ConvOptions<Bias extends boolean = boolean> extends WindowOptions {
  /** Default: Glorot-uniform. Its numbers count the elements of the window, as Keras does. */
  readonly initializer?: WeightInitializer;
  /** Whether a bias is added; default: true. */
  readonly bias?: Bias;
}

type WithBias<Bias extends boolean, Axis extends string> = Bias extends true
  ? { readonly bias: Tensor<readonly [Axis]> }
  : unknown;

/** `weight [row, column, in, out]` and, by default, `bias [out]`. */
export type ConvParams<Bias extends boolean = true> = {
  readonly weight: Tensor<['row', 'column', 'in', 'out']>;
} & WithBias<Bias, 'out'>;

/** `weight [row, column, channel, multiplier]` with a multiplier of 1 and, by default, `bias [channel]`. */
export type DepthwiseConvParams<Bias extends boolean = true> = {
  readonly weight: Tensor<['row', 'column', 'channel', 'multiplier']>;
} & WithBias<Bias, 'channel'>;

type AnyConvParams = { readonly weight: CoreTensor; readonly bias?: CoreTensor };

interface Kind {
  /** The channels of the result for those of the images. */
  readonly outOf: (channels: number) => number;
  /** The sizes of the weight, by axis. */
  readonly weight: (size: number, channels: number) => Readonly<Record<string, number>>;
  /** How many inputs an output is made of for each pixel of the window, and the reverse, as Keras counts them. */
  readonly fans: (channels: number) => readonly [inputs: number, outputs: number];
  /** Multiply-accumulates of one output for each pixel of the window. */
  readonly macs: (channels: number) => number;
  readonly biasAxis: 'out' | 'channel';
  readonly convolve: typeof conv2d<Tensor4D>;
}

// `AnyLayer`, because whether `bias` is a parameter depends on a type argument.
const convolution = (kind: Kind, options: ConvOptions): AnyLayer => {
  const { size, stride = 1, padding = 'same', initializer = glorotUniform, bias = true } = options;
  const pixels = size * size;
  return {
    init: (input) =>
      pipe(
        windowed(options, input, kind.outOf),
        E.map(({ sizes: [, , , channels], output }) => {
          const [inputs, outputs] = kind.fans(channels);
          const weight = parameter(kind.weight(size, channels), initializer(pixels * inputs, pixels * outputs));
          return declare(
            bias ? { weight, bias: parameter({ [kind.biasAxis]: kind.outOf(channels) }, zeros) } : { weight },
            output,
            { macs: sizeOf(output.sizes) * pixels * kind.macs(channels) },
          );
        }),
      ),
    apply: ({ weight, bias: offset }: AnyConvParams, images, context) => {
      const channels = images.shape.at(-1) ?? 0;
      const out = kind.outOf(channels);
      requireParameter(context, 'weight', weight, Object.values(kind.weight(size, channels)), `${channels} channels`);
      if (bias) requireParameter(context, 'bias', offset, [out], `${out} channels`);
      const x = paddedFor(imagesOf(context, images), padding, 0);
      const y = kind.convolve(x.images, ofRankFour(weight), stride, x.padding, 'NHWC', 1, x.rounding);
      return bias && offset !== undefined ? add(y, offset) : y;
    },
  };
};

/**
 * A convolution: each output pixel is an affine map of the pixels of a window, or a linear one with `bias: false`. `[batch, row, column,
 * channel] → [batch, row, column, channel]`, with `units` channels. Initialized as Keras's `Conv2D`. A `ShapeError` if no window fits in
 * the images.
 *
 * @example
 * const stem = serial(named('conv', conv(64, { size: 3, stride: 2 })), relu);
 */
export const conv = <const Bias extends boolean = true>(
  units: number,
  options: ConvOptions<Bias>,
): Layer<ConvParams<Bias>, Images, Images> => {
  const layer = convolution(
    {
      outOf: () => units,
      weight: (size, channels) => ({ row: size, column: size, in: channels, out: units }),
      fans: (channels) => [channels, units],
      macs: (channels) => channels,
      biasAxis: 'out',
      convolve: conv2d,
    },
    options,
  );
  const checked: AnyLayer = {
    ...layer,
    init: (input) =>
      pipe(
        ensure(Number.isInteger(units) && units > 0, 'a positive whole number of units', String(units)),
        E.chain(() => layer.init(input)),
      ),
  };
  return checked;
};

/**
 * A convolution of each channel on its own: `[batch, row, column, channel] → [batch, row, column, channel]`. Initialized as Keras's
 * `DepthwiseConv2D`. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const local = named('local', depthwiseConv({ size: 3 }));
 */
export const depthwiseConv = <const Bias extends boolean = true>(
  options: ConvOptions<Bias>,
): Layer<DepthwiseConvParams<Bias>, Images, Images> =>
  convolution(
    {
      outOf: (channels) => channels,
      weight: (size, channels) => ({ row: size, column: size, channel: channels, multiplier: 1 }),
      fans: (channels) => [channels, 1],
      macs: () => 1,
      biasAxis: 'channel',
      convolve: depthwiseConv2d,
    },
    options,
  );
