/**
 * The weights of the Keras example "Train a Vision Transformer on small datasets", Keras 2 and 3.
 *
 * Keras numbers the names of layers anew in every program, so the weights go by their position: layer by layer, of attention the
 * temperature first. docs/export.md has the lines of Python that list and save them, with the temperatures that the first version of the
 * example for Keras 3 does not train.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { ConfigError } from '../../../core/config.js';
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

/** A rule whose foreign name, a position, is given last. */
type Positioned = (position: string) => WeightRule;

const plain =
  (ours: string): Positioned =>
  (theirs) =>
    same(theirs, ours);

const inShape =
  (ours: string, shape: readonly number[], theirShape: readonly number[]): Positioned =>
  (theirs) =>
    reshaped(theirs, ours, shape, theirShape);

const norm = (path: string): readonly Positioned[] => [plain(`${path}/scale`), plain(`${path}/offset`)];

const dense = (path: string): readonly Positioned[] => [plain(`${path}/weight`), plain(`${path}/bias`)];

/** Keras's kernels have an axis for the heads: `[dim, head, feature]`, and `[head, feature, dim]` for the output. */
const attention = (path: string, { dim, heads, headDim, attention: { kind } }: VitConfig): readonly Positioned[] => {
  const inner = heads * headDim;
  return [
    ...(kind === 'locality' ? [plain(`${path}/temperature`)] : []),
    ...['query', 'key', 'value'].flatMap((name) => [
      inShape(`${path}/${name}/weight`, [dim, inner], [dim, heads, headDim]),
      inShape(`${path}/${name}/bias`, [inner], [heads, headDim]),
    ]),
    inShape(`${path}/output/weight`, [inner, dim], [heads, headDim, dim]),
    plain(`${path}/output/bias`),
  ];
};

const mlp = (path: string, units: readonly number[]): readonly Positioned[] =>
  units.flatMap((_, i) => dense(`${path}/${i}/dense`));

const block = (path: string, config: VitConfig): readonly Positioned[] => [
  ...norm(`${path}/attention/norm`),
  ...attention(`${path}/attention`, config),
  ...norm(`${path}/mlp/norm`),
  ...mlp(`${path}/mlp/layers`, config.mlp.units),
];

const rulesOf = (config: VitConfig): E.Either<ConfigError, readonly WeightRule[]> => {
  const { depth, tokenizer, attention: kind } = config;
  return pipe(
    requireSettings({
      pool: ['flatten', config.pool],
      attentionBias: [true, config.attentionBias],
      'mlp.activateLast': [true, config.mlp.activateLast],
      ...(tokenizer.kind === 'shifted' ? { 'tokenizer.order': ['keras', tokenizer.order] } : {}),
      ...(kind.kind === 'locality' ? { 'attention.temperature': ['temperature-per-layer', kind.temperature] } : {}),
    }),
    E.map(() =>
      [
        ...dense('tokens/projection'),
        ...(tokenizer.kind === 'shifted' ? norm('tokens/norm') : []),
        plain('position/table'),
        ...Array.from({ length: depth }, (_, i) => block(`blocks/${i}`, config)).flat(),
        ...norm('norm'),
        ...mlp('head', config.head),
        ...dense('classifier'),
      ].map((rule, position) => rule(String(position))),
    ),
  );
};

/**
 * The weights of the Keras example by our paths, for `restore`. `tensors` have the names `0`, `1`, … in the order of
 * docs/export.md, which is that of `model.trainable_variables` with Keras 2; `config` is the architecture, `kerasModels.sl` or a variant of it.
 *
 * Returns a `ConfigError` for an architecture that the example does not have, and a `WeightsError` that lists the tensors
 * that are missing, left over or of another shape.
 *
 * @example
 * const { tensors } = orThrow(decodeTensors(bytes));
 * const weights = orThrow(fromKeras(kerasModels.sl, tensors));
 * const params = orThrow(restore(orThrow(declareVit(kerasModels.sl)), weights));
 */
export const fromKeras = (
  config: VitConfig,
  tensors: NamedTensors,
): E.Either<ConfigError | WeightsError, NamedTensors> =>
  pipe(
    rulesOf(config),
    E.chainW((rules) => readWeights(rules, tensors)),
  );

/** Our weights by path as the example has them, named by position: for `variable.assign`. The inverse of `fromKeras`. */
export const toKeras = (config: VitConfig, tensors: NamedTensors): E.Either<ConfigError | WeightsError, NamedTensors> =>
  pipe(
    rulesOf(config),
    E.chainW((rules) => writeWeights(rules, tensors)),
  );
