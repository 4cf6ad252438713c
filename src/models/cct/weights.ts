/**
 * The weights of the authors' code (SHI-Labs/Compact-Transformers, src/cct.py), by the names of `state_dict()`.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { ConfigError } from '../../core/config.js';
import { convolution, linear, norm, projections } from '../pytorch-rules.js';
import {
  type NamedTensors,
  readWeights,
  requireSettings,
  reshaped,
  type WeightRule,
  type WeightsError,
  writeWeights,
} from '../weight-map.js';
import type { CctConfig } from './config.js';
import { cctFamily } from './family.js';

const block = (i: number): readonly WeightRule[] => {
  const [theirs, ours] = [`classifier.blocks.${i}`, `blocks/${i}`];
  return [
    ...norm(`${theirs}.pre_norm`, `${ours}/attention/norm`),
    projections(`${theirs}.self_attn.qkv`, `${ours}/attention`),
    ...linear(`${theirs}.self_attn.proj`, `${ours}/attention/output`),
    ...linear(`${theirs}.linear1`, `${ours}/mlp/layers/0/dense`),
    ...norm(`${theirs}.norm1`, `${ours}/mlp/norm`),
    ...linear(`${theirs}.linear2`, `${ours}/mlp/layers/1/dense`),
  ];
};

const rulesOf = (config: CctConfig): E.Either<ConfigError, readonly WeightRule[]> => {
  const { dim, depth, heads, headDim, convolutions, tokenizer, attention } = config;
  const grid = cctFamily.tokensOf(config);
  const tokens = grid === undefined ? 0 : grid.rows * grid.columns;
  return pipe(
    requireSettings({
      'tokenizer.kind': ['conv', tokenizer.kind],
      'attention.kind': ['softmax', attention.kind],
      headDim: [dim / heads, headDim],
    }),
    E.map(() => [
      reshaped('classifier.positional_emb', 'position/table', [tokens, dim], [1, tokens, dim]),
      ...Array.from({ length: convolutions.layers }, (_, i) =>
        convolution(`tokenizer.conv_layers.${i}.0`, `tokens/layers/${i}/conv`),
      ),
      ...linear('classifier.attention_pool', 'pool/score'),
      ...Array.from({ length: depth }, (_, i) => block(i)).flat(),
      ...norm('classifier.norm', 'norm'),
      ...linear('classifier.fc', 'classifier'),
    ]),
  );
};

/**
 * The authors' weights by our paths, for `restore`. `config` is the architecture, `cct7Models.vanilla` or a variant of it.
 *
 * Returns a `ConfigError` for an architecture that the authors' code does not have, and a `WeightsError` that lists the tensors that are
 * missing, left over or of another shape.
 *
 * @example
 * const { tensors } = orThrow(decodeTensors(bytes)); // safetensors.torch.save_file(model.state_dict(), path)
 * const weights = orThrow(fromCompactTransformers(cct7Models.vanilla, tensors));
 * const params = orThrow(restore(orThrow(declareCct(cct7Models.vanilla)), weights));
 */
export const fromCompactTransformers = (
  config: CctConfig,
  tensors: NamedTensors,
): E.Either<ConfigError | WeightsError, NamedTensors> =>
  pipe(
    rulesOf(config),
    E.chainW((rules) => readWeights(rules, tensors)),
  );

/** Our weights by path as the authors' code has them: what `load_state_dict` accepts. The inverse of `fromCompactTransformers`. */
export const toCompactTransformers = (
  config: CctConfig,
  tensors: NamedTensors,
): E.Either<ConfigError | WeightsError, NamedTensors> =>
  pipe(
    rulesOf(config),
    E.chainW((rules) => writeWeights(rules, tensors)),
  );
