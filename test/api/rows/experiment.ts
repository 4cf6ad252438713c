import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { initialize } from '../../../src/core/declaration.js';
import { key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import * as experiment from '../../../src/experiment/index.js';
import * as node from '../../../src/experiment/node/index.js';
import { beginning, type Checkpoint, tensorsByPath } from '../../../src/train/index.js';
import { saveCheckpoint } from '../../../src/train/node/index.js';
import { someImages } from '../../data/fixtures.js';
import { tinyConfig, tinyDataset } from '../../support/tiny-run.js';
import { row } from '../row.js';

const config = tinyConfig();
const dataset = tinyDataset();
const prepared = orThrow(experiment.prepare(config, dataset));
const folder = mkdtempSync(join(tmpdir(), 'vitrail-api-'));
mkdirSync(join(folder, 'run'));
writeFileSync(join(folder, 'run', 'run.json'), JSON.stringify({ startedAt: 'now', data: null, config }));
writeFileSync(join(folder, 'config.json'), JSON.stringify(config));

// The words of a configuration are restricted by their types, and checked by its codec.
const words = /name|title|kind|dataset|pool|order|directions|temperature|initialization|decay|epsilonOn/;

const [small] = prepared.models;
if (small === undefined) throw new Error('no model');
const checkpoint: Checkpoint = {
  info: {
    version: '1',
    engine: { name: 'jit', threads: 1 },
    model: small.config,
    pipeline: prepared.pipeline.transforms,
    classes: dataset.classes,
    run: { model: small.name, config },
  },
  progress: { ...beginning, epoch: 1 },
  tensors: tensorsByPath({ params: initialize(key(1))(small.declaration.params) }),
};
const isLoaded = ({ classes }: experiment.TrainedModel, { info }: Checkpoint): boolean =>
  String(classes) === String(info.classes) && classes.length === 10;

export const experimentRows = [
  row(
    'experiment/prepare',
    [config],
    (given) => experiment.prepare(given, dataset),
    ({ train, validation, models }, { validation: fraction, models: given }) =>
      train.count === Math.floor(40 * (1 - fraction)) &&
      train.count + validation.count === 40 &&
      models.length === given.length,
    { fixed: words },
  ),
  row(
    'experiment/recipeFor',
    [{ size: 16, patch: 4, depth: 2, width: 32 }],
    (options) => experiment.recipeFor(dataset, options),
    ({ models: [model] }, { depth, width }) =>
      model?.config.kind === 'vit' && model.config.depth === depth && model.config.dim === width,
  ),
  row(
    'experiment/adaptTo',
    [{ count: 4, height: 8, width: 8, channels: 1 }],
    ({ count, height, width, channels }) => {
      const made = E.tryCatch(
        () => someImages(count, height, width, channels),
        () => ({ _tag: 'DataError', message: 'refused by imagesFromBytes' }),
      );
      return E.chainW((train: typeof dataset.train) => experiment.adaptTo({ ...dataset, train })(config))(made);
    },
    ({ models }, size) =>
      models.every(({ config: { image } }) => image.height === size.height && image.channels === size.channels),
    { allowGiants: false },
  ),
  row(
    'experiment/summarizeModel',
    [small],
    (model) => experiment.summarizeModel(model),
    ({ parameters, layers }) => parameters === layers.reduce((sum, layer) => sum + layer.parameters, 0),
    { fixed: words },
  ),
  row('experiment/trainedModel', [checkpoint], experiment.trainedModel('a file'), isLoaded, {
    fixed: new RegExp(`${words.source}|blocks|config`),
  }),
  row(
    'experiment/node/loadModel',
    ['model.safetensors'],
    async (name) => {
      await orThrow(saveCheckpoint(join(folder, 'model.safetensors'), checkpoint));
      return node.loadModel(join(folder, name))();
    },
    (model) => isLoaded(model, checkpoint),
  ),
  row(
    'experiment/node/openRun',
    ['run', { model: 'vanilla' }],
    async (name, options) => {
      await orThrow(saveCheckpoint(join(folder, 'run', 'vanilla.safetensors'), checkpoint));
      return node.openRun(join(folder, name), options)();
    },
    ({ model, epochs }) => isLoaded(model, checkpoint) && epochs === 1,
  ),
  row(
    'experiment/node/readWeights',
    ['model.safetensors'],
    async (name) => {
      await orThrow(saveCheckpoint(join(folder, 'model.safetensors'), checkpoint));
      return node.readWeights(join(folder, name))();
    },
    ({ tensors, run }) => Object.keys(tensors).length > 0 && run !== undefined,
  ),
  row(
    'experiment/node/readConfig',
    ['config.json'],
    (name) => node.readConfig(join(folder, name))(),
    ({ epochs }) => epochs === config.epochs,
  ),
  row(
    'experiment/node/readRunStart',
    ['run'],
    (name) => node.readRunStart(join(folder, name))(),
    ({ startedAt }) => startedAt === 'now',
  ),
];
