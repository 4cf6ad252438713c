/**
 * The weights of the authors' PyTorch code (aanna0701/SPT_LSA_ViT, models/vit.py), by the names of `state_dict()`.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { ConfigError } from '../../../core/config.js';
import { linear, norm, projections } from '../../pytorch-rules.js';
import {
  type NamedTensors,
  readWeights,
  requireSettings,
  reshaped,
  same,
  type WeightRule,
  type WeightsError,
  writeWeights,
} from '../../weight-map.js';
import type { VitConfig } from '../config.js';

const block = (i: number, { attention }: VitConfig): readonly WeightRule[] => {
  const [theirs, ours] = [`transformer.layers.${i}`, `blocks/${i}`];
  return [
    ...norm(`${theirs}.0.norm`, `${ours}/attention/norm`),
    projections(`${theirs}.0.fn.to_qkv`, `${ours}/attention`),
    ...linear(`${theirs}.0.fn.to_out.0`, `${ours}/attention/output`),
    ...(attention.kind === 'locality' ? [same(`${theirs}.0.fn.scale`, `${ours}/attention/scale`)] : []),
    ...norm(`${theirs}.1.norm`, `${ours}/mlp/norm`),
    ...linear(`${theirs}.1.fn.net.0`, `${ours}/mlp/layers/0/dense`),
    ...linear(`${theirs}.1.fn.net.3`, `${ours}/mlp/layers/1/dense`),
  ];
};

const rulesOf = (config: VitConfig): E.Either<ConfigError, readonly WeightRule[]> => {
  const { dim, depth, image, patch, tokenizer, attention } = config;
  const tokens = Math.floor(image.height / patch) * Math.floor(image.width / patch) + 1;
  return pipe(
    requireSettings({
      pool: ['class', config.pool],
      head: [[], config.head],
      attentionBias: [false, config.attentionBias],
      'mlp.units.length': [2, config.mlp.units.length],
      'mlp.activateLast': [false, config.mlp.activateLast],
      ...(tokenizer.kind === 'shifted' ? { 'tokenizer.order': ['official', tokenizer.order] } : {}),
      ...(attention.kind === 'locality' ? { 'attention.temperature': ['scale-per-head', attention.temperature] } : {}),
    }),
    E.map(() => [
      reshaped('pos_embedding', 'position/table', [tokens, dim], [1, tokens, dim]),
      reshaped('cls_token', 'class/token', [dim], [1, 1, dim]),
      ...(tokenizer.kind === 'shifted'
        ? [
            ...norm('to_patch_embedding.merging.1', 'tokens/norm'),
            ...linear('to_patch_embedding.merging.2', 'tokens/projection'),
          ]
        : linear('to_patch_embedding.1', 'tokens/projection')),
      ...Array.from({ length: depth }, (_, i) => block(i, config)).flat(),
      ...norm('mlp_head.0', 'norm'),
      ...linear('mlp_head.1', 'classifier'),
    ]),
  );
};

/**
 * The authors' weights by our paths, for `restore`. `config` is the architecture, `officialModels.sl` or a variant of it.
 *
 * Returns a `ConfigError` for an architecture that the authors' code does not have, and a `WeightsError` that lists the
 * tensors that are missing, left over or of another shape.
 *
 * @example
 * const { tensors } = orThrow(decodeTensors(bytes)); // safetensors.torch.save_file(model.state_dict(), path)
 * const weights = orThrow(fromPyTorch(officialModels.sl, tensors));
 * const params = orThrow(restore(orThrow(declareVit(officialModels.sl)), weights));
 */
export const fromPyTorch = (
  config: VitConfig,
  tensors: NamedTensors,
): E.Either<ConfigError | WeightsError, NamedTensors> =>
  pipe(
    rulesOf(config),
    E.chainW((rules) => readWeights(rules, tensors)),
  );

/** Our weights by path as the authors' code has them: what `load_state_dict` accepts. The inverse of `fromPyTorch`. */
export const toPyTorch = (
  config: VitConfig,
  tensors: NamedTensors,
): E.Either<ConfigError | WeightsError, NamedTensors> =>
  pipe(
    rulesOf(config),
    E.chainW((rules) => writeWeights(rules, tensors)),
  );
