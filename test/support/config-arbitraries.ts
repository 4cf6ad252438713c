/**
 * Random configurations and records, each one valid for its codec.
 *
 * @module
 */
import fc from 'fast-check';
import type { Transform, Transforms } from '../../src/data/augment/transforms.js';
import { type DatasetName, datasets } from '../../src/data/datasets.js';
import type { ImageDecoding } from '../../src/data/image-decoding.js';
import type { ImageSplit } from '../../src/data/image-split.js';
import type { ExperimentConfig, OptimizerConfig, ScheduleConfig } from '../../src/experiment/config.js';
import type { AttentionConfig } from '../../src/models/attention-kind.js';
import type { CctConfig, ConvTokenizerConfig } from '../../src/models/cct/config.js';
import type { ModelConfig } from '../../src/models/families.js';
import type { TokenizerConfig, VitConfig } from '../../src/models/vit/config.js';
import type { CheckpointInfo, EpochRecord, Progress } from '../../src/train/index.js';

// JSON has neither −0 nor NaN nor infinities.
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));
const number = between(-1e9, 1e9);
const above = between(Number.MIN_VALUE, 1e6);
const notNegative = between(0, 1e6);
const rate = between(0, 1 - 2 ** -53);
const count = fc.integer({ min: 1, max: 5000 });
const record = <T>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
const only = <const W extends string>(word: W): fc.Arbitrary<W> => fc.constant(word);

const shift = {
  directions: fc.constantFrom('diagonal', 'cardinal', 'all'),
  order: fc.constantFrom('keras', 'official'),
  ratio: between(Number.MIN_VALUE, 1),
} as const;

const tokenizer: fc.Arbitrary<TokenizerConfig> = fc.oneof(
  record({ kind: only('patches') }),
  record({ kind: only('shifted'), ...shift }),
);

const convTokenizer: fc.Arbitrary<ConvTokenizerConfig> = fc.oneof(
  record({ kind: only('conv') }),
  record({ kind: only('shifted-conv'), ...shift }),
);

const attention: fc.Arbitrary<AttentionConfig> = fc.oneof(
  record({ kind: only('softmax') }),
  record({
    kind: only('locality'),
    temperature: fc.constantFrom('temperature-per-layer', 'temperature-per-head', 'scale-per-head', 'fixed'),
    maskDiagonal: fc.boolean(),
  }),
);

export const vitConfig: fc.Arbitrary<VitConfig> = record<VitConfig>({
  kind: only('vit'),
  image: record({ height: count, width: count, channels: count }),
  classes: fc.integer({ min: 2, max: 1000 }),
  patch: count,
  dim: count,
  depth: fc.integer({ min: 1, max: 1000 }),
  heads: count,
  headDim: count,
  attentionBias: fc.boolean(),
  tokenizer,
  attention,
  mlp: record({ units: fc.array(count, { maxLength: 3 }), activateLast: fc.boolean() }),
  pool: fc.constantFrom('flatten', 'mean', 'class'),
  head: fc.array(count, { maxLength: 3 }),
  dropRates: record({ attention: rate, mlp: rate, path: rate, representation: rate, head: rate }),
  epsilon: above,
  initialization: fc.constantFrom('keras', 'official'),
});

export const cctConfig: fc.Arbitrary<CctConfig> = record<CctConfig>({
  kind: only('cct'),
  image: record({ height: count, width: count, channels: count }),
  classes: fc.integer({ min: 2, max: 1000 }),
  tokenizer: convTokenizer,
  convolutions: record({ layers: fc.integer({ min: 1, max: 32 }), hidden: count, size: count, stride: count }),
  dim: count,
  depth: fc.integer({ min: 1, max: 1000 }),
  heads: count,
  headDim: count,
  attention,
  mlp: count,
  dropRates: record({ attention: rate, tokens: rate, path: rate }),
  epsilon: above,
});

/** A model of any family. */
export const modelConfig: fc.Arbitrary<ModelConfig> = fc.oneof(vitConfig, cctConfig);

const pair: fc.Arbitrary<[number, number]> = fc.constantFrom([0.25, 1], [0.5, 0.75]);
const transform: fc.Arbitrary<Transform> = fc.oneof(
  record({ kind: only('normalize') }),
  record({ kind: only('normalize'), mean: fc.array(number), std: fc.array(above) }),
  record({ kind: only('resize'), height: count, width: count }),
  record({ kind: only('flip') }),
  record({ kind: only('rotate'), factor: rate }),
  record({ kind: only('random-resized-crop'), height: count, width: count }),
  record({ kind: only('random-resized-crop'), height: count, width: count, area: pair, aspect: pair }),
  record({ kind: only('zoom'), height: rate, width: rate }),
  record({ kind: only('shift'), pixels: fc.nat(50) }),
  record({ kind: only('shift'), pixels: fc.nat(50), fill: number }),
);
export const transforms: fc.Arbitrary<Transforms> = fc.array(transform, { maxLength: 6 });

export const schedule: fc.Arbitrary<ScheduleConfig> = fc.oneof(
  record({ kind: only('constant'), learningRate: above }),
  record({
    kind: only('warm-up-cosine'),
    learningRate: above,
    warmUp: between(0, 1),
    initialLearningRate: notNegative,
    finalLearningRate: notNegative,
  }),
);

const plainOptimizer = {
  kind: only('adamw'),
  beta1: rate,
  beta2: rate,
  epsilon: above,
  epsilonOn: fc.constantFrom('corrected', 'raw'),
  weightDecay: notNegative,
  decay: fc.constantFrom('scaled', 'independent', 'l2'),
  clip: fc.option(above),
};
export const optimizer: fc.Arbitrary<OptimizerConfig> = fc.oneof(
  record<Omit<OptimizerConfig, 'freeze' | 'learningRates' | 'averageWeights' | 'accumulate'>>(plainOptimizer),
  record<Required<OptimizerConfig>>({
    ...plainOptimizer,
    freeze: fc.array(fc.string(), { maxLength: 3 }),
    learningRates: fc.array(record({ pattern: fc.string(), learningRate: notNegative }), { maxLength: 3 }),
    averageWeights: rate,
    accumulate: count,
  }),
);

const byte = fc.nat(255);

export const imageDecoding: fc.Arbitrary<ImageDecoding> = record<ImageDecoding>({
  height: count,
  width: count,
  channels: fc.constantFrom(1, 3),
  fit: fc.constantFrom('stretch', 'crop', 'pad'),
  kernel: fc.constantFrom('nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'),
  background: fc.tuple(byte, byte, byte),
});

const part = record({ files: fc.array(fc.string(), { maxLength: 3 }), labels: fc.array(fc.nat(), { maxLength: 3 }) });
export const imageSplit: fc.Arbitrary<ImageSplit> = record<ImageSplit>({
  classes: fc.array(fc.string(), { maxLength: 3 }),
  train: part,
  validation: part,
  test: part,
});

const withoutImages = {
  name: fc.string({ unit: 'binary' }),
  dataset: fc.constantFrom(...(Object.keys(datasets) as DatasetName[])),
  validation: rate,
  transforms,
  models: fc.array(
    record({ name: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,9}$/), title: fc.string(), config: modelConfig }),
    { maxLength: 3 },
  ),
  epochs: count,
  batchSize: count,
  labelSmoothing: rate,
  schedule,
  optimizer,
  seed: fc.maxSafeInteger().map((seed) => (seed === 0 ? 0 : seed)),
};
export const experimentConfig: fc.Arbitrary<ExperimentConfig> = fc.oneof(
  record<Omit<ExperimentConfig, 'images' | 'classWeights' | 'patience'>>(withoutImages),
  record<Required<ExperimentConfig>>({
    ...withoutImages,
    images: imageDecoding,
    classWeights: fc.oneof(fc.constant('balanced' as const), fc.array(above, { maxLength: 3 })),
    patience: count,
  }),
);

const summary = record({ loss: number, top1: between(0, 1), top5: between(0, 1) });
const optionally = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
/** A record without the fields that are undefined. */
const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;

export const epochRecord: fc.Arbitrary<EpochRecord> = fc
  .record({
    epoch: count,
    train: summary,
    seconds: notNegative,
    validation: optionally(summary),
    learningRate: optionally(number),
  })
  .map((fields) => present(fields) as EpochRecord);
const statistics = fc.dictionary(fc.constantFrom('total', 'weight'), number, { noNullPrototype: true });
export const progress: fc.Arbitrary<Progress> = fc
  .record({
    epoch: fc.nat(),
    batchesDone: fc.nat(),
    totals: record({
      examples: fc.nat(),
      sums: fc.dictionary(fc.constantFrom('loss', 'top1', 'top5'), statistics, { noNullPrototype: true }),
    }),
    seconds: notNegative,
    history: fc.array(epochRecord, { maxLength: 4 }),
    learningRate: optionally(number),
  })
  .map((fields) => present(fields) as Progress);
export const checkpointInfo: fc.Arbitrary<CheckpointInfo> = fc.record(
  {
    version: fc.string(),
    engine: fc.record({ name: fc.string(), threads: count }, { noNullPrototype: true }),
    model: fc.jsonValue(),
    pipeline: fc.jsonValue(),
    classes: fc.array(fc.string(), { maxLength: 3 }),
    run: fc.jsonValue(),
  },
  { noNullPrototype: true },
);
