import type { Either } from 'fp-ts/lib/Either.js';
import { type Images, imageShape, type Logits, type Same, type Tokens, type Vectors } from '../../core/axes.js';
import type { Declaration } from '../../core/declaration.js';
import type { ShapeError } from '../../core/errors.js';
import { residual } from '../../core/fan-out.js';
import { identity } from '../../core/identity.js';
import { glorotNormal, glorotUniform, normalWith, uniformIn } from '../../core/initializers.js';
import type { AnyLayer, Layer, NoParams, ParamsOf } from '../../core/layer.js';
import { named } from '../../core/named.js';
import { repeat } from '../../core/sequence.js';
import { serial } from '../../core/serial.js';
import { classToken } from '../../layers/class-token.js';
import { classifier } from '../../layers/classifier.js';
import { dropout, dropPath } from '../../layers/dropout.js';
import { layerNorm } from '../../layers/layer-norm.js';
import type { TemperatureParams } from '../../layers/locality-attention.js';
import { mlp } from '../../layers/mlp.js';
import { type PatchTokensParams, patchTokens } from '../../layers/patches.js';
import { classPool, flatten, meanPool } from '../../layers/pooling.js';
import { positionEmbedding } from '../../layers/position-embedding.js';
import { type AttentionParams, kerasAttention, officialAttention } from '../../layers/self-attention.js';
import { type ShiftedPatchTokensParams, shiftedPatchTokens } from '../../layers/shifted-patch-tokens.js';
import { attentionOf } from '../attention-kind.js';
import { imagesOf } from '../images-of.js';
import type { VitConfig } from './config.js';

/** The parameters that depend on the configuration are optional; for a ViT composed by hand their types are exact. */
type Tokenizer = PatchTokensParams & Partial<ShiftedPatchTokensParams>;
type Attention = AttentionParams &
  Partial<TemperatureParams<'temperature-per-layer' | 'temperature-per-head'>> &
  Partial<TemperatureParams<'scale-per-head'>>;

const initializers = {
  keras: { weight: glorotUniform, attention: kerasAttention, position: uniformIn(0.05) },
  official: { weight: glorotNormal, attention: officialAttention, position: normalWith(1) },
} as const;

const tokenizerOf = (config: VitConfig): Layer<Tokenizer, Images, Tokens> => {
  const options = { ...config, initializer: initializers[config.initialization].weight };
  const chosen: AnyLayer =
    config.tokenizer.kind === 'patches'
      ? patchTokens(options)
      : shiftedPatchTokens({ ...options, ...config.tokenizer });
  return chosen;
};

const attentionIn = (config: VitConfig): Layer<Attention, Tokens, Same> =>
  attentionOf(config.attention, {
    heads: config.heads,
    headDim: config.headDim,
    bias: config.attentionBias,
    dropRate: config.dropRates.attention,
    initializers: initializers[config.initialization].attention,
  });

const poolings: { readonly [K in VitConfig['pool']]: Layer<NoParams, Tokens, Vectors> } = {
  flatten,
  mean: meanPool,
  class: classPool,
};

/**
 * One transformer block with normalization first: attention, then an MLP, each added to the residual stream.
 * `[batch, token, feature]` to the same.
 *
 * @example
 * const blocks = repeat(4, vitBlock(quickstartModels.sl));
 */
export const vitBlock = (config: VitConfig) =>
  serial(
    named(
      'attention',
      residual(
        serial(named('norm', layerNorm(config)), attentionIn(config), named('path', dropPath(config.dropRates.path))),
      ),
    ),
    named(
      'mlp',
      residual(
        serial(
          named('norm', layerNorm(config)),
          named(
            'layers',
            mlp(config.mlp.units, {
              dropRate: config.dropRates.mlp,
              activateLast: config.mlp.activateLast,
              initializer: initializers[config.initialization].weight,
            }),
          ),
          named('path', dropPath(config.dropRates.path)),
        ),
      ),
    ),
  );

const compose = (config: VitConfig) => {
  const { weight, position } = initializers[config.initialization];
  return serial(
    imagesOf(config.image),
    named('tokens', tokenizerOf(config)),
    config.pool === 'class' ? named('class', classToken()) : identity,
    named('position', positionEmbedding({ initializer: position })),
    named('blocks', repeat(config.depth, vitBlock(config))),
    named('norm', layerNorm(config)),
    poolings[config.pool],
    named('representation', dropout(config.dropRates.representation)),
    named('head', mlp(config.head, { dropRate: config.dropRates.head, activateLast: true, initializer: weight })),
    named('classifier', classifier(config.classes, { initializer: weight })),
  );
};

/** The parameters of a configured ViT: `params.blocks[3].attention.temperature`. */
export type VitParams = ParamsOf<ReturnType<typeof compose>>;

/**
 * A Vision Transformer from its configuration (Dosovitskiy et al. 2020), with shifted patch tokenization and locality
 * self-attention if configured (Lee et al. 2021): `[batch, row, column, channel] → [batch, class]`.
 *
 * It is an ordinary composed layer; the dozen lines of `compose` are the whole definition.
 *
 * @example
 * const model = vit(quickstartModels.sl);
 */
export const vit = (config: VitConfig): Layer<VitParams, Images, Logits> => compose(config);

/**
 * The declaration of a configured ViT for one image, or a `ShapeError` that says what does not fit together.
 *
 * @example
 * const parameters = countParameters(orThrow(declareVit(quickstartModels.sl)));
 */
export const declareVit = (config: VitConfig): Either<ShapeError, Declaration<VitParams>> =>
  vit(config).init(imageShape(config.image));
