import { add, conv2d, depthwiseConv2d } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, sizeOf, type Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure } from '../core/errors.js';
import { glorotUniform, zeros } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';
import { requireParameter } from '../core/require.js';
import type { WeightInitializer } from './linear.js';
import { imagesOf, ofRankFour, type WindowOptions, windowed } from './windows.js';

export interface ConvOptions extends WindowOptions {
  /** Default: Glorot-uniform. Its numbers count the elements of the window, as Keras does. */
  readonly initializer?: WeightInitializer;
}

/** `weight [row, column, in, out]`, `bias [out]`. */
export type ConvParams = {
  readonly weight: Tensor<['row', 'column', 'in', 'out']>;
  readonly bias: Tensor<['out']>;
};

/**
 * A convolution: each output pixel is an affine map of the pixels of a window. `[batch, row, column, channel] → [batch, row, column,
 * channel]`, with `units` channels. Initialized as Keras's `Conv2D`. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const stem = serial(named('conv', conv(64, { size: 3, stride: 2 })), relu);
 */
export const conv = (units: number, options: ConvOptions): Layer<ConvParams, Images, Images> => {
  const { size, stride = 1, padding = 'same', initializer = glorotUniform } = options;
  const pixels = size * size;
  return {
    init: (input) =>
      pipe(
        ensure(Number.isInteger(units) && units > 0, 'a positive whole number of units', String(units)),
        E.chain(() => windowed(options, input, () => units)),
        E.map(({ sizes: [, , , channels], output }) =>
          declare(
            {
              weight: parameter(
                { row: size, column: size, in: channels, out: units },
                initializer(pixels * channels, pixels * units),
              ),
              bias: parameter({ out: units }, zeros),
            },
            output,
            { macs: sizeOf(output.sizes) * pixels * channels },
          ),
        ),
      ),
    apply: ({ weight, bias }, images, context) => {
      const channels = images.shape.at(-1) ?? 0;
      requireParameter(context, 'weight', weight, [size, size, channels, units], `${channels} channels to ${units}`);
      const rounding = typeof padding === 'number' ? 'floor' : undefined;
      return add(conv2d(imagesOf(context, images), ofRankFour(weight), stride, padding, 'NHWC', 1, rounding), bias);
    },
  };
};

/** `weight [row, column, channel, multiplier]` with a multiplier of 1, `bias [channel]`. */
export type DepthwiseConvParams = {
  readonly weight: Tensor<['row', 'column', 'channel', 'multiplier']>;
  readonly bias: Tensor<['channel']>;
};

/**
 * A convolution of each channel on its own: `[batch, row, column, channel] → [batch, row, column, channel]`. Initialized as Keras's
 * `DepthwiseConv2D`. A `ShapeError` if no window fits in the images.
 *
 * @example
 * const local = named('local', depthwiseConv({ size: 3 }));
 */
export const depthwiseConv = (options: ConvOptions): Layer<DepthwiseConvParams, Images, Images> => {
  const { size, stride = 1, padding = 'same', initializer = glorotUniform } = options;
  const pixels = size * size;
  return {
    init: (input) =>
      pipe(
        windowed(options, input, (channels) => channels),
        E.map(({ sizes: [, , , channels], output }) =>
          declare(
            {
              weight: parameter(
                { row: size, column: size, channel: channels, multiplier: 1 },
                initializer(pixels * channels, pixels),
              ),
              bias: parameter({ channel: channels }, zeros),
            },
            output,
            { macs: sizeOf(output.sizes) * pixels },
          ),
        ),
      ),
    apply: ({ weight, bias }, images, context) => {
      const channels = images.shape.at(-1) ?? 0;
      requireParameter(context, 'weight', weight, [size, size, channels, 1], `${channels} channels`);
      const rounding = typeof padding === 'number' ? 'floor' : undefined;
      return add(
        depthwiseConv2d(imagesOf(context, images), ofRankFour(weight), stride, padding, 'NHWC', 1, rounding),
        bias,
      );
    },
  };
};
