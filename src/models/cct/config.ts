import * as t from 'io-ts';
import {
  atMost,
  numberThat,
  positive,
  positiveInteger,
  properFraction,
  record,
  size,
  tagged,
} from '../../core/config.js';
import { AttentionConfig, type ShiftConfig, shiftFields } from '../attention-kind.js';

/** How images become tokens: by convolutions, of the images alone or with shifted copies. */
export type ConvTokenizerConfig = { readonly kind: 'conv' } | ({ readonly kind: 'shifted-conv' } & ShiftConfig);

const tokenizer: t.Type<ConvTokenizerConfig, unknown> = tagged('a tokenizer', {
  conv: record('convolutions', { kind: t.literal('conv') }),
  'shifted-conv': record('convolutions of shifted images', { kind: t.literal('shifted-conv'), ...shiftFields }),
});

/** The complete configuration of a CCT, as JSON. */
export const CctConfig = record('a CCT configuration', {
  kind: t.literal('cct'),
  /** The size of the images that the model receives, in pixels, after preprocessing. */
  image: record('an image size', { height: size, width: size, channels: size }),
  classes: atMost(
    65_536,
    numberThat('2 classes or more', (n) => Number.isInteger(n) && n > 1),
  ),
  tokenizer,
  /** Each is followed by ReLU and by pooling to half the size: CCT-7/3x2 has 2 of size 3. */
  convolutions: record('convolutions', {
    layers: atMost(32, positiveInteger),
    /** The channels of all but the last. */
    hidden: size,
    size,
    stride: size,
  }),
  /** The width of a token. */
  dim: size,
  /** The number of transformer blocks: CCT-7/3x2 has 7. */
  depth: atMost(1000, positiveInteger),
  heads: size,
  /** The width of a head. */
  headDim: size,
  attention: AttentionConfig,
  /** The hidden units of the MLP of a block. */
  mlp: size,
  dropRates: record('drop rates', {
    /** Attention weights. */
    attention: properFraction,
    /** The tokens, and the outputs of attention and of the linear layers of the blocks. */
    tokens: properFraction,
    /** Residual branches of the last block (stochastic depth); those before it are dropped less, the first never. */
    path: properFraction,
  }),
  /** Added to the variance in every layer norm. */
  epsilon: positive,
});
export type CctConfig = t.TypeOf<typeof CctConfig>;
