import type * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, imageShape, type Logits, type Same, type Tokens, type Vectors } from '../../core/axes.js';
import type { Declaration } from '../../core/declaration.js';
import type { ShapeError } from '../../core/errors.js';
import { residual } from '../../core/fan-out.js';
import { identity } from '../../core/identity.js';
import { glorotNormal, glorotUniform, normalWith, uniformIn } from '../../core/initializers.js';
import type { Layer, NoParams, ParamsOf } from '../../core/layer.js';
import { named } from '../../core/named.js';
import { repeat } from '../../core/sequence.js';
import { serial } from '../../core/serial.js';
import { type ClassTokenParams, classToken } from '../../layers/class-token.js';
import { classifier } from '../../layers/classifier.js';
import { dropout, dropPath } from '../../layers/dropout.js';
import { layerNorm } from '../../layers/layer-norm.js';
import { localityAttention, type TemperatureParams } from '../../layers/locality-attention.js';
import { mlp } from '../../layers/mlp.js';
import { type PatchTokensParams, patchTokens } from '../../layers/patches.js';
import { classPool, flatten, meanPool } from '../../layers/pooling.js';
import { positionEmbedding } from '../../layers/position-embedding.js';
import { type AttentionParams, kerasAttention, officialAttention, selfAttention } from '../../layers/self-attention.js';
import { type ShiftedPatchTokensParams, shiftedPatchTokens } from '../../layers/shifted-patch-tokens.js';
import type { VitConfig } from './config.js';

type Front = { readonly class?: ClassTokenParams };

/** What a configuration can choose is there or not; a ViT composed by hand knows exactly what it has. */
type Tokenizer = PatchTokensParams & Partial<ShiftedPatchTokensParams>;
type Attention = AttentionParams &
  Partial<TemperatureParams<'temperature-per-layer' | 'temperature-per-head'>> &
  Partial<TemperatureParams<'scale-per-head'>>;

const starts = {
  keras: { weight: glorotUniform, attention: kerasAttention, position: uniformIn(0.05) },
  official: { weight: glorotNormal, attention: officialAttention, position: normalWith(1) },
} as const;

const tokenizerOf = (config: VitConfig): Layer<Tokenizer, Images, Tokens> => {
  const options = { ...config, initializer: starts[config.initialization].weight };
  const chosen =
    config.tokenizer.kind === 'patches'
      ? patchTokens(options)
      : shiftedPatchTokens({ ...options, ...config.tokenizer });
  return chosen as Layer<Tokenizer, Images, Tokens>;
};

const attentionOf = (config: VitConfig): Layer<Attention, Tokens, Same> => {
  const options = {
    heads: config.heads,
    headDim: config.headDim,
    bias: config.attentionBias,
    dropRate: config.dropRates.attention,
    initializers: starts[config.initialization].attention,
  };
  const chosen =
    config.attention.kind === 'softmax'
      ? selfAttention(options)
      : localityAttention({ ...options, ...config.attention });
  return chosen as Layer<Attention, Tokens, Same>;
};

const poolings: { readonly [K in VitConfig['pool']]: Layer<NoParams, Tokens, Vectors> } = {
  flatten,
  mean: meanPool,
  class: classPool,
};

/**
 * One transformer block, normalized before each part: attention, then an MLP, each added to the stream.
 * `[batch, token, feature]` to the same.
 */
export const vitBlock = (config: VitConfig) =>
  serial(
    named(
      'attention',
      residual(
        serial(named('norm', layerNorm(config)), attentionOf(config), named('path', dropPath(config.dropRates.path))),
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
              initializer: starts[config.initialization].weight,
            }),
          ),
          named('path', dropPath(config.dropRates.path)),
        ),
      ),
    ),
  );

const compose = (config: VitConfig) => {
  const { weight, position } = starts[config.initialization];
  const front = (config.pool === 'class' ? named('class', classToken()) : identity) as Layer<Front, Tokens, Same>;
  return serial(
    named('tokens', tokenizerOf(config)),
    front,
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
 * self-attention where it says so (Lee et al. 2021): `[batch, row, column, channel] → [batch, class]`.
 *
 * It is an ordinary composed layer: what it does is what the dozen lines of `compose` say.
 *
 * @example
 * const model = vit(modelPresets.quickstart.spt);
 */
export const vit = (config: VitConfig): Layer<VitParams, Images, Logits> => compose(config);

/** The declaration of a configured ViT for one image: parameter count, multiply-accumulates, or what does not fit. */
export const declareVit = (config: VitConfig): E.Either<ShapeError, Declaration<VitParams>> =>
  pipe(vit(config).init(imageShape(config.image)));
