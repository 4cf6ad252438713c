import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Images, Tokens } from '../core/axes.js';
import { ensure } from '../core/errors.js';
import type { Layer } from '../core/layer.js';
import { named } from '../core/named.js';
import { sequence } from '../core/sequence.js';
import { serial } from '../core/serial.js';
import { type ConvParams, conv } from './conv.js';
import { relu } from './elementwise.js';
import { imagesToTokens } from './grid.js';
import type { WeightInitializer } from './linear.js';
import { maxPool } from './pool.js';

export interface ConvTokensOptions {
  /** The width of a token: the channels of the last convolution. */
  readonly dim: number;
  /** How many convolutions; default: 1. */
  readonly layers?: number;
  /** The channels of the other convolutions; default: 64. */
  readonly hidden?: number;
  /** Rows and columns of the windows of the convolutions; default: 3. */
  readonly size?: number;
  /** Their stride; default: 1. */
  readonly stride?: number;
  /** Default: Glorot-uniform. */
  readonly initializer?: WeightInitializer;
}

/** Each halves the images: more than there are rows of the largest image. */
const MOST = 32;

/** One element for each convolution. */
export type ConvTokensParams = { readonly layers: readonly { readonly conv: ConvParams<false> }[] };

/**
 * The convolutional tokenizer of compact convolutional transformers (Hassani et al. 2021, section 3.3): `MaxPool(ReLU(Conv(x)))`, `layers`
 * times, and each pixel of the result is a token. `[batch, row, column, channel] → [batch, token, feature]`.
 *
 * Neighbouring windows overlap, so that tokens know what lies at their borders. The convolutions have no bias and half a window of
 * padding; the pooling has windows of 3 with a stride of 2 and a padding of 1, as in the authors' code.
 *
 * @example
 * const tokens = named('tokens', convTokens({ dim: 128, layers: 2 }));
 */
export const convTokens = (options: ConvTokensOptions): Layer<ConvTokensParams, Images, Tokens> => {
  const { dim, layers = 1, hidden = 64, size = 3, stride = 1, initializer } = options;
  const stage = (units: number) =>
    serial(
      named(
        'conv',
        conv(units, {
          ...{ size, stride, padding: Math.floor(size / 2), bias: false },
          ...(initializer === undefined ? {} : { initializer }),
        }),
      ),
      relu,
      maxPool({ size: 3, stride: 2, padding: 1 }),
    );
  const isCount = Number.isInteger(layers) && layers > 0 && layers <= MOST;
  const count = isCount ? layers : 0;
  const all = serial(
    named('layers', sequence(Array.from({ length: count }, (_, i) => stage(i < count - 1 ? hidden : dim)))),
    imagesToTokens,
  );
  return {
    ...all,
    init: (input) =>
      pipe(
        ensure(isCount, `1 to ${MOST} convolutions`, String(layers)),
        E.chain(() => all.init(input)),
      ),
  };
};
