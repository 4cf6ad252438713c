/** The laws of every codec: an encoded value decodes to itself; a missing or unknown field is rejected, and the error names it. */
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/core/config.js';
import { type ParameterSpec, parameter } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { zeros } from '../../src/core/initializers.js';
import { orThrow } from '../../src/core/or-throw.js';
import { map } from '../../src/core/tree.js';
import { Transforms } from '../../src/data/augment/transforms.js';
import { ImageDecoding } from '../../src/data/image-decoding.js';
import { ImageSplit } from '../../src/data/image-split.js';
import { ExperimentConfig, OptimizerConfig, ScheduleConfig } from '../../src/experiment/config.js';
import { CctConfig } from '../../src/models/cct/config.js';
import { ModelConfig } from '../../src/models/families.js';
import { VitConfig } from '../../src/models/vit/config.js';
import { tensorsByPath } from '../../src/train/checkpoint.js';
import { type CheckpointInfo, EpochRecord, Progress, restore } from '../../src/train/index.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/node/index.js';
import { left } from '../core/harness.js';
import * as arbitrary from '../support/config-arbitraries.js';
import { temporaryFolder } from '../support/tiny-run.js';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Row {
  readonly codec: t.Type<unknown, unknown>;
  readonly values: fc.Arbitrary<unknown>;
  /** The optional fields. */
  readonly optional: readonly string[];
}
const row = <A>(codec: t.Type<A, unknown>, values: fc.Arbitrary<A>, ...optional: readonly string[]): Row => ({
  codec: codec as unknown as Row['codec'],
  values,
  optional,
});

/** No metric is required, since each objective has its own. */
const metrics = ['loss', 'top1', 'top5'];

const fineTuning = ['freeze', 'learningRates', 'averageWeights', 'accumulate'];
const codecs: readonly (readonly [name: string, row: Row])[] = [
  ['VitConfig', row(VitConfig, arbitrary.vitConfig)],
  ['CctConfig', row(CctConfig, arbitrary.cctConfig)],
  ['ModelConfig', row(ModelConfig, arbitrary.modelConfig)],
  ['Transforms', row<Transforms>(Transforms, arbitrary.transforms, 'fill', 'mean', 'std', 'area', 'aspect')],
  ['ScheduleConfig', row(ScheduleConfig, arbitrary.schedule)],
  ['OptimizerConfig', row(OptimizerConfig, arbitrary.optimizer, ...fineTuning)],
  [
    'ExperimentConfig',
    row(
      ExperimentConfig,
      arbitrary.experimentConfig,
      'fill',
      'mean',
      'std',
      'area',
      'aspect',
      'images',
      'classWeights',
      'patience',
      ...fineTuning,
    ),
  ],
  ['ImageDecoding', row(ImageDecoding, arbitrary.imageDecoding)],
  ['ImageSplit', row(ImageSplit, arbitrary.imageSplit)],
  ['EpochRecord', row(EpochRecord, arbitrary.epochRecord, 'validation', 'learningRate', ...metrics)],
  ['Progress', row(Progress, arbitrary.progress, 'validation', 'learningRate', ...metrics, 'total', 'weight')],
];

type Json = Readonly<Record<string, unknown>>;

/** The paths of all records in a value, including the outermost. */
const records = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value !== 'object' || value === null
    ? []
    : [
        ...(Array.isArray(value) ? [] : [path]),
        ...Object.entries(value).flatMap(([name, inner]) => records(inner, [...path, name])),
      ];

/** Changes the record at a path. */
const changedAt = (value: unknown, path: readonly string[], change: (record: Json) => Json): unknown => {
  const [name, ...rest] = path;
  if (name === undefined) return change(value as Json);
  const inner = (value as Json)[name];
  return Array.isArray(value)
    ? value.with(Number(name), changedAt(inner, rest, change))
    : { ...(value as Json), [name]: changedAt(inner, rest, change) };
};

const without =
  (field: string) =>
  (record: Json): Json =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));

describe.each(codecs)('%s', (_, { codec, values, optional }) => {
  test('a value that is encoded and written as JSON decodes to the same value', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(codec.is(value)).toBe(true);
        expect(decode(codec)(throughJson(codec.encode(value)))).toEqual(E.right(value));
      }),
      { numRuns: 60 },
    );
  });

  test('an error names the missing field at any depth, unless the field is optional', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat(), (value, i, j) => {
        const all = records(value);
        const path = all[i % all.length];
        if (path === undefined) return;
        const record = path.reduce<unknown>((inner, name) => (inner as Json)[name], value) as Json;
        const field = Object.keys(record)[j % Object.keys(record).length];
        if (field === undefined) return;
        const decoded = decode(codec)(throughJson(changedAt(value, path, without(field))));
        if (optional.includes(field)) {
          expect(decoded._tag).toBe('Right');
          return;
        }
        const error = left(decoded);
        const name = [...path, field].join('.');
        // The first missing field of a tagged record is its kind.
        expect([name, `${name}.kind`]).toContain(error.field);
        expect(error.message).toContain('expected');
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(codecs.filter(([name]) => name !== 'Progress'))('%s', (name, { codec, values }) => {
  test('an unknown field is rejected by name', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, i) => {
        // The metrics of an epoch may have any names.
        const all = records(value).filter((path) => name !== 'EpochRecord' || path.length === 0);
        const path = all[i % all.length];
        if (path === undefined) return;
        const error = left(decode(codec)(changedAt(value, path, (record) => ({ ...record, nobody: 1 }))));
        expect(error.field).toBe([...path, 'nobody'].join('.'));
        expect(error.message).toContain('unknown field');
      }),
      { numRuns: 40 },
    );
  });
});

describe('checkpoints', () => {
  const leaf: fc.Arbitrary<HostTensor> = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }).chain((shape) => {
    const size = shape.reduce((product, next) => product * next, 1);
    // Any values, including NaN and −0.
    return fc
      .array(fc.float(), { minLength: size, maxLength: size })
      .map((values) => ({ dtype: 'float32', shape, data: Float32Array.from(values) }));
  });
  const name = fc.constantFrom('params', 'blocks', 'weight', 'scale', 'shape', 'data', 'é', 'a b');
  const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf, tie('node')),
    node: fc.oneof(
      fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    ),
  }));
  const state = fc.dictionary(name, tree, { minKeys: 1, maxKeys: 3, noNullPrototype: true });

  test('any state, progress and information can be saved, loaded and restored', async () => {
    const path = join(temporaryFolder(), 'any.safetensors');
    const info = arbitrary.checkpointInfo.map((value) => throughJson(value) as CheckpointInfo);
    await fc.assert(
      fc.asyncProperty(state, arbitrary.progress, info, async (given, progress, about) => {
        await orThrow(saveCheckpoint(path, { info: about, progress, tensors: tensorsByPath(given) }));
        const loaded = await orThrow(loadCheckpoint(path));
        expect(loaded.info).toEqual(about);
        expect(loaded.progress).toEqual(progress);
        const specs = map<HostTensor, ParameterSpec>(({ shape }) => ({ ...parameter({}, zeros), shape }))(given);
        expect(orThrow(restore({ params: specs }, loaded.tensors))).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });
});
