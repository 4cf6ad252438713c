/**
 * What the examples of docstrings use without declaring it, as values: small enough that all examples run in seconds. The names are those of
 * `GIVEN` in examples.ts.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import {
  filled,
  type HostTensor,
  initialize,
  key as keyOf,
  orThrow,
  type ParameterSpec,
  tf,
  tree,
} from '../../src/core/index.js';
import { adaptedPipeline, type Dataset, take } from '../../src/data/index.js';
import { loadDataset, readImageFolder } from '../../src/data/node/index.js';
import { jit } from '../../src/engine/index.js';
import {
  type ExperimentConfig,
  prepare,
  presets,
  recipeFor,
  recipeSize,
  runExperiment,
} from '../../src/experiment/index.js';
import { folderStore } from '../../src/experiment/node/index.js';
import {
  cct7Models,
  declareCct,
  declareVit,
  kerasModels,
  officialModels,
  quickstartModels,
  toCompactTransformers,
  toKeras,
  toPyTorch,
  vit,
} from '../../src/models/index.js';
import { sha256 } from '../../src/node/sha256.js';
import { adamW, constantSchedule, encodeTensors, tensorsByPath } from '../../src/train/index.js';

export { posterize } from '../data/posterize.js';
export { sha256 };

const embedded = await orThrow(loadDataset('fashion-mnist-small'));
export const dataset: Dataset = {
  ...embedded,
  train: orThrow(take(80)(embedded.train)),
  test: orThrow(take(20)(embedded.test)),
};
export const { train } = dataset;
export const engine = await orThrow(jit({ threads: 1 }));
export const config = { ...quickstartModels.sl, depth: 4 } as const;
export const model = vit(config);
export const declaration = orThrow(declareVit(config));
export const params = initialize(keyOf(1))(declaration.params);
export const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 });
export const pipeline = orThrow(adaptedPipeline([{ kind: 'normalize' }], train));
export const images = pipeline;
export const epochKey = keyOf(2);
export const logits = tf.zeros([2, 10]);
export const labels = tf.tensor1d([0, 1], 'int32');

const fileOf = (tensors: Readonly<Record<string, HostTensor>>): Uint8Array =>
  Buffer.concat(orThrow(encodeTensors({ tensors, metadata: {} })));
const zeros = (specs: unknown): Readonly<Record<string, HostTensor>> =>
  tensorsByPath(tree.map((leaf: ParameterSpec) => filled(leaf.shape, 0))(specs as typeof declaration.params));

const theirs = (): Uint8Array =>
  fileOf(orThrow(toPyTorch(officialModels.sl, zeros(orThrow(declareVit(officialModels.sl)).params))));
const bytesByFile: Readonly<Record<string, () => Uint8Array>> = {
  'src/models/cct/weights.ts': () =>
    fileOf(orThrow(toCompactTransformers(cct7Models.vanilla, zeros(orThrow(declareCct(cct7Models.vanilla)).params)))),
  'src/models/vit/weights/keras.ts': () =>
    fileOf(orThrow(toKeras(kerasModels.sl, zeros(orThrow(declareVit(kerasModels.sl)).params)))),
  'src/models/vit/weights/pytorch.ts': theirs,
};
/** The file whose bytes an example reads. */
export const bytesFor = (file: string): Uint8Array => bytesByFile[file]?.() ?? fileOf(tensorsByPath(params));

const picture = (hue: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: `hsl(${hue}, 60%, 50%)` } })
    .jpeg()
    .toBuffer();

/** Writes the files and folders that examples name, into a folder. */
export const writeFiles = async (folder: string): Promise<void> => {
  const write = (path: string, content: Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write('cat.jpg', await picture(30));
  for (const [hue, name] of ['rose', 'tulip'].entries())
    for (let i = 0; i < 20; i++)
      for (const folder of ['flowers', 'photos']) write(`${folder}/${name}/${i}.jpg`, await picture(100 * hue + i));
  write('model.safetensors', bytesFor(''));
  write('theirs.safetensors', theirs());
  const train = async (folder: string, config: ExperimentConfig, images: Dataset): Promise<unknown> =>
    orThrow(
      runExperiment(orThrow(prepare({ ...config, epochs: 1 }, images)), {
        engine: { engine, reason: 'chosen by the test' },
        store: folderStore(folder),
        report: () => undefined,
        resume: false,
        startedAt: '2026-01-02T03:04:05.678Z',
        command: 'npm test',
      }),
    );
  const models = presets.quickstart.models.filter(({ name }) => name === 'spt-lsa');
  await train(join(folder, 'runs/first'), { ...presets.quickstart, models }, dataset);
  const photos = await orThrow(readImageFolder(join(folder, 'photos'), { size: recipeSize() }));
  await train(join(folder, 'runs/larger'), orThrow(recipeFor(photos, { depth: 1 })), photos);
};
