import type { Either } from 'fp-ts/lib/Either.js';
import { type Images, imageShape, type Logits, type Same, type Tokens } from '../../core/axes.js';
import type { Declaration } from '../../core/declaration.js';
import type { ShapeError } from '../../core/errors.js';
import { residual } from '../../core/fan-out.js';
import { type Initializer, normalWith } from '../../core/initializers.js';
import type { Layer, NoParams, ParamsOf } from '../../core/layer.js';
import { named } from '../../core/named.js';
import { repeat, sequence } from '../../core/sequence.js';
import { serial } from '../../core/serial.js';
import { classifier } from '../../layers/classifier.js';
import { convTokens } from '../../layers/conv-tokens.js';
import { dropout, dropPath } from '../../layers/dropout.js';
import { layerNorm } from '../../layers/layer-norm.js';
import type { TemperatureParams } from '../../layers/locality-attention.js';
import { mlp } from '../../layers/mlp.js';
import { positionEmbedding } from '../../layers/position-embedding.js';
import type { AttentionParams } from '../../layers/self-attention.js';
import { sequencePool } from '../../layers/sequence-pool.js';
import { shiftedViews, shifts } from '../../layers/shifts.js';
import { attentionOf } from '../attention-kind.js';
import { imagesOf } from '../images-of.js';
import type { CctConfig } from './config.js';

// The authors truncate these at ±2, which is 10 standard deviations and more: no number is that large.
const weight = (): Initializer => normalWith(0.02);
const position = normalWith(0.2);
/** PyTorch's `kaiming_normal_`, with the gain of ReLU. */
const kaiming = (fanIn: number): Initializer => normalWith(Math.sqrt(2 / fanIn));

/** How many pixels of an image, in a row, become one token. */
const pixelsPerToken = ({ layers, stride }: CctConfig['convolutions']): number => (2 * stride) ** layers;

/** The images, and beside them shifted copies if configured: by half a token, where a patch would be a token. */
const viewsOf = ({ image, tokenizer, convolutions }: CctConfig): Layer<NoParams, Images, Images> => {
  if (tokenizer.kind === 'conv') return imagesOf(image);
  const pixels = Math.floor(tokenizer.ratio * pixelsPerToken(convolutions));
  return serial(imagesOf(image), shiftedViews(shifts(tokenizer.directions, tokenizer.order), pixels));
};

/** The parameters that depend on the configuration are optional. */
type Attention = AttentionParams<false> &
  Partial<TemperatureParams<'temperature-per-layer' | 'temperature-per-head'>> &
  Partial<TemperatureParams<'scale-per-head'>>;

const attentionIn = ({ attention, heads, headDim, dropRates }: CctConfig): Layer<Attention, Tokens, Same> =>
  attentionOf(attention, {
    ...{ heads, headDim, bias: false, dropRate: dropRates.attention },
    initializers: { projection: weight, output: weight },
  });

// The second norm is before the branch, not in it: the MLP is added to the normalized tokens, as in the authors' code.
const block = (config: CctConfig, pathRate: number) =>
  serial(
    named(
      'attention',
      residual(
        serial(
          named('norm', layerNorm(config)),
          attentionIn(config),
          named('drop', dropout(config.dropRates.tokens)),
          named('path', dropPath(pathRate)),
        ),
      ),
    ),
    named(
      'mlp',
      serial(
        named('norm', layerNorm(config)),
        residual(
          serial(
            named('layers', mlp([config.mlp, config.dim], { dropRate: config.dropRates.tokens, initializer: weight })),
            named('drop', dropout(config.dropRates.tokens)),
            named('path', dropPath(pathRate)),
          ),
        ),
      ),
    ),
  );

const MOST_BLOCKS = 1000;

/** Branches are dropped with rates from 0 in the first block to the configured one in the last. */
const blocksOf = (config: CctConfig) => {
  const { depth, dropRates } = config;
  // `repeat` refuses what is no number of blocks.
  if (!Number.isInteger(depth) || depth < 2 || depth > MOST_BLOCKS) return repeat(depth, block(config, 0));
  return sequence(Array.from({ length: depth }, (_, i) => block(config, (dropRates.path * i) / (depth - 1))));
};

const compose = (config: CctConfig) =>
  serial(
    viewsOf(config),
    named('tokens', convTokens({ ...config.convolutions, dim: config.dim, initializer: kaiming })),
    named('position', positionEmbedding({ initializer: position })),
    named('drop', dropout(config.dropRates.tokens)),
    named('blocks', blocksOf(config)),
    named('norm', layerNorm(config)),
    named('pool', sequencePool({ initializer: weight })),
    named('classifier', classifier(config.classes, { initializer: weight })),
  );

/** The parameters of a configured CCT: `params.tokens.layers[0].conv.weight`. */
export type CctParams = ParamsOf<ReturnType<typeof compose>>;

/**
 * A Compact Convolutional Transformer from its configuration (Hassani et al. 2021), as the authors' code computes it (SHI-Labs/
 * Compact-Transformers): convolutions in place of patches, sequence pooling in place of a class token. `[batch, row, column, channel] →
 * [batch, class]`.
 *
 * With shifted patch tokenization (Lee et al. 2021) the convolutions see the image and its shifted copies; there is no norm, since a token
 * is not a patch here. Locality self-attention is the same as in a ViT. Neither is in the authors' code.
 *
 * @example
 * const model = cct(cct2Models.vanilla);
 */
export const cct = (config: CctConfig): Layer<CctParams, Images, Logits> => compose(config);

/**
 * The declaration of a configured CCT for one image, or a `ShapeError` that says what does not fit together.
 *
 * @example
 * const parameters = countParameters(orThrow(declareCct(cct7Models.vanilla)));
 */
export const declareCct = (config: CctConfig): Either<ShapeError, Declaration<CctParams>> =>
  cct(config).init(imageShape(config.image));
