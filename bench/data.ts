import { fold, initialize, key, orThrow } from '../src/core/index.js';
import { adaptedPipeline, type Dataset, makeBatch, trainingRequests } from '../src/data/index.js';
import { loadDataset } from '../src/data/node/index.js';
import { type Engine, jit } from '../src/engine/index.js';
import { prepare, presets } from '../src/experiment/index.js';
import { fit } from '../src/train/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { noise } from './noise.js';
import { number, optional, percent } from './show.js';
import { clocked, interleaved, median } from './timing.js';
import { batchSizes, type MeasuredPreset, measuredPresets } from './training.js';

interface DataRow {
  readonly preset: MeasuredPreset;
  readonly what: 'one thread' | 'fit';
  readonly imagesPerSecond: number;
  readonly stepMs?: number;
  /** Milliseconds from the end of a step to the start of the next. */
  readonly waitMs?: number;
  readonly waitShare?: number;
}

const measurePipeline = async (preset: MeasuredPreset): Promise<Measured<DataRow>> => {
  const images = preset === 'quickstart' ? noise(256, 28, 28, 1) : noise(256, 32, 32, 3);
  const make = makeBatch(orThrow(adaptedPipeline(presets[preset].transforms, images)));
  const [request] = trainingRequests(images, { size: images.count, epoch: 0, epochKey: key(2) });
  if (request === undefined) throw new Error('expected a request for a batch');
  const { batch } = await interleaved({ batch: clocked(async () => orThrow(make(request))) }, 10);
  return { rows: [{ preset, what: 'one thread', imagesPerSecond: (1000 * images.count) / batch.min }] };
};

interface Call {
  readonly began: number;
  readonly ended: number;
}

/** The same engine; `onCall` receives the times of each call of a compiled function. */
const watched = (engine: Engine, onCall: (call: Call) => void): Engine => ({
  ...engine,
  compile: (f, options) => {
    const compiled = engine.compile(f, options);
    return (args, ...key) =>
      async () => {
        const began = performance.now();
        const result = await compiled(args, ...key)();
        onCall({ began, ended: performance.now() });
        return result;
      };
  },
});

/** The number of steps at the start that are not measured. */
const WARM_UP = 4;

/** The quickstart's data set is in the package. CIFAR-100 is not, so the other presets use noise. */
const datasetOf = async (preset: MeasuredPreset): Promise<Dataset> => {
  const { dataset, models } = presets[preset];
  if (preset === 'quickstart') return orThrow(loadDataset(dataset));
  const classes = Array.from({ length: models[0]!.config.classes }, (_, i) => `${i}`);
  return {
    name: 'noise',
    classes,
    train: noise(28 * batchSizes[preset], 32, 32, 3, classes),
    test: noise(1, 32, 32, 3, classes),
  };
};

const measureFit = async (preset: MeasuredPreset): Promise<Measured<DataRow>> => {
  const batchSize = batchSizes[preset];
  const prepared = orThrow(prepare({ ...presets[preset], batchSize }, await datasetOf(preset)));
  const { config, train, models, objective, optimizer, pipeline } = prepared;
  const { model, declaration } = models.at(-1)!;
  const calls: Call[] = [];
  await orThrow(
    fit({
      engine: watched(await orThrow(jit({ threads: 2 })), (call) => calls.push(call)),
      model,
      objective,
      optimizer,
      train,
      pipeline,
      epochs: 1,
      batchSize,
      key: fold(key(config.seed), 'training'),
      start: { params: initialize(key(config.seed))(declaration.params) },
    }),
  );
  // The last batch may be smaller, and is then compiled again; the calls after it are not steps.
  const steps = calls.slice(WARM_UP, Math.floor(train.count / batchSize));
  const waits = steps.slice(1).map(({ began }, i) => began - steps[i]!.ended);
  const whole = steps.at(-1)!.ended - steps[0]!.ended;
  const row: DataRow = {
    preset,
    what: 'fit',
    imagesPerSecond: (1000 * batchSize * waits.length) / whole,
    stepMs: median(steps.map(({ began, ended }) => ended - began)),
    waitMs: median(waits),
    waitShare: waits.reduce((sum, wait) => sum + wait, 0) / whole,
  };
  return { rows: [row] };
};

export const data = benchmark<DataRow>({
  about:
    "The preset's augmentation on one thread; and one epoch of `fit` with the preset (SPT + LSA, jit, 2 threads, the batch size of " +
    '`step`). Waiting is the time from the end of a step to the start of the next. Noise takes the place of the images of CIFAR-100.',
  cases: {
    ...Object.fromEntries(measuredPresets.map((preset) => [`pipeline, ${preset}`, () => measurePipeline(preset)])),
    ...Object.fromEntries(measuredPresets.map((preset) => [`fit, ${preset}`, () => measureFit(preset)])),
  },
  columns: {
    preset: ({ preset }) => preset,
    what: ({ what }) => what,
    'images/s': ({ imagesPerSecond }) => number(imagesPerSecond),
    'waiting, of the time': ({ waitShare }) => optional(waitShare, percent),
    'waiting, ms': ({ waitMs }) => optional(waitMs),
    'step, ms': ({ stepMs }) => optional(stepMs),
  },
});
