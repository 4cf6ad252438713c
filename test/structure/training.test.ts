import { join } from 'node:path';
import { describe, test } from 'vitest';
import { initialize, key, named, orThrow, type ParameterSpec, shape, showShape, tree } from '../../src/core/index.js';
import { linear } from '../../src/layers/index.js';
import { declareVit, quickstartModels } from '../../src/models/index.js';
import { readBytes } from '../../src/node/files.js';
import { sha256 } from '../../src/node/sha256.js';
import { tensorsByPath } from '../../src/train/checkpoint.js';
import { adamW, constantSchedule, declareState, decodeTensors, type EpochRecord } from '../../src/train/index.js';
import { saveCheckpoint } from '../../src/train/node/index.js';
import { temporaryFolder } from '../support/tiny-run.js';
import { aligned, expectGolden } from './golden.js';

const small = orThrow(named('dense', linear(3)).init(shape(['batch', 'feature'], [1, 2])));
// All blocks have the same structure.
const model = orThrow(declareVit({ ...quickstartModels.sl, depth: 1 }));

const optimizers = (['scaled', 'independent', 'l2'] as const).map(
  (decay) =>
    [decay, adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.1, decay, clip: 1, epsilonOn: 'raw' })] as const,
);

const describeStates = (): string =>
  optimizers
    .flatMap(([decay, optimizer]) => {
      const leaves = tree
        .entries<ParameterSpec>(declareState(small, optimizer))
        .map(([path, spec]) => [
          tree.showPath(path),
          showShape({ axes: spec.axes, sizes: spec.shape }),
          spec.initializer.name,
        ]);
      return [
        `AdamW with decay '${decay}' and clipping, links: ${Object.keys(optimizer.init(small.params)).join(', ')}`,
        ...aligned(leaves).map((line) => `  ${line}`),
        '',
      ];
    })
    .join('\n');

/** The fields of JSON by path, with the type of each. */
const fields = (value: unknown): readonly string[] =>
  tree.entries<unknown>(value).map(([path, leaf]) => `${tree.showPath(path)}: ${typeof leaf}`);

describe('the structure of saved training runs is unchanged', () => {
  test('the state, by optimizer', () => {
    expectGolden('training-state', describeStates());
  });

  test('a checkpoint', async () => {
    const path = join(temporaryFolder(), 'one.safetensors');
    const state = initialize(key(1))(declareState(model, optimizers[0]![1]));
    const info = {
      version: '0.0.0',
      engine: { name: 'any', threads: 1 },
      model: { kind: 'any' },
      pipeline: [{ kind: 'any' }],
      classes: ['a'],
      run: { name: 'any' },
    };
    const summary = { loss: 1, top1: 0.5, top5: 0.75 };
    const record: EpochRecord = { epoch: 1, train: summary, validation: summary, learningRate: 1e-3, seconds: 2 };
    const totals = { examples: 8, sums: { loss: { total: 1 }, top1: { total: 2, weight: 3 } } };
    const progress = { epoch: 1, batchesDone: 2, totals, seconds: 1, learningRate: 1e-3, history: [record] };
    await orThrow(saveCheckpoint(path, { info, progress, tensors: tensorsByPath(state) }));
    const { metadata, tensors } = orThrow(decodeTensors(await orThrow(readBytes(path)), sha256));
    expectGolden(
      'checkpoint',
      [
        `metadata: ${Object.keys(metadata).join(', ')}; vitrail ${metadata.vitrail}`,
        'info',
        ...fields(JSON.parse(metadata.info!)).map((line) => `  ${line}`),
        'progress',
        ...fields(JSON.parse(metadata.progress!)).map((line) => `  ${line}`),
        'tensors',
        ...Object.entries(tensors).map(([name, { dtype, shape }]) => `  ${name} ${dtype} [${shape}]`),
        '',
      ].join('\n'),
    );
  });
});
