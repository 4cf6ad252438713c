import * as t from 'io-ts';
import {
  atMost,
  numberThat,
  oneOf,
  positive,
  positiveInteger,
  properFraction,
  record,
  size,
  tagged,
} from '../../core/config.js';
import { AttentionConfig, type ShiftConfig, shiftFields } from '../attention-kind.js';

/** How images become tokens. */
export type TokenizerConfig = { readonly kind: 'patches' } | ({ readonly kind: 'shifted' } & ShiftConfig);

const tokenizer: t.Type<TokenizerConfig, unknown> = tagged('a tokenizer', {
  patches: record('patches', { kind: t.literal('patches') }),
  shifted: record('shifted patches', { kind: t.literal('shifted'), ...shiftFields }),
});

/** The complete configuration of a ViT, as JSON. */
export const VitConfig = record('a ViT configuration', {
  kind: t.literal('vit'),
  /** The size of the images that the model receives, in pixels, after preprocessing. */
  image: record('an image size', { height: size, width: size, channels: size }),
  classes: atMost(
    65_536,
    numberThat('2 classes or more', (n) => Number.isInteger(n) && n > 1),
  ),
  /** The side of a patch in pixels; it divides the image. */
  patch: size,
  /** The width of a token. */
  dim: size,
  /** The number of transformer blocks. */
  depth: atMost(1000, positiveInteger),
  heads: size,
  /** The width of a head. */
  headDim: size,
  /** Whether query, key and value have biases. */
  attentionBias: t.boolean,
  tokenizer,
  attention: AttentionConfig,
  /** The units of the linear layers of a block's MLP; the last must be `dim`, because a residual adds the output. */
  mlp: record('an MLP', { units: t.readonlyArray(size), activateLast: t.boolean }),
  /** How tokens become one vector; 'class' prepends a class token and uses its output. */
  pool: oneOf(['flatten', 'mean', 'class']),
  /** The units of the hidden layers between pooling and classifier. */
  head: t.readonlyArray(size),
  dropRates: record('drop rates', {
    /** Attention weights. */
    attention: properFraction,
    /** After the linear layers of the blocks. */
    mlp: properFraction,
    /** Residual branches (stochastic depth). */
    path: properFraction,
    /** The pooled representation. */
    representation: properFraction,
    /** After the linear layers of the head. */
    head: properFraction,
  }),
  /** Added to the variance in every layer norm. */
  epsilon: positive,
  /** The initial distributions: those of Keras or of the official PyTorch code. */
  initialization: oneOf(['keras', 'official']),
});
export type VitConfig = t.TypeOf<typeof VitConfig>;
