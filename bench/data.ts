import { drawOnHost, fold, initialize, key, orThrow } from '../src/core/index.js';
import {
  adaptNormalization,
  type Dataset,
  type LabeledImages,
  loadDataset,
  pipeline,
  trainBatch,
} from '../src/data/index.js';
import { type Engine, jit } from '../src/engine/index.js';
import { prepare, presets } from '../src/experiment/index.js';
import { beginning, declareState, fit } from '../src/train/index.js';
import { benchmark, type Measured } from './benchmark.js';
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

/** Images of noise: how long a transform takes does not depend on what is in them. */
const noise = (count: number, rows: number, columns: number, channels: number): LabeledImages => ({
  height: rows,
  width: columns,
  channels,
  count,
  pixels: Uint8Array.from(
    drawOnHost(key(1), { kind: 'uniform' }, [count * rows * columns * channels]).data,
    (x) => 256 * x,
  ),
  labels: new Uint8Array(count),
});

const measurePipeline = async (preset: MeasuredPreset): Promise<Measured<DataRow>> => {
  const images = preset === 'quickstart' ? noise(256, 28, 28, 1) : noise(256, 32, 32, 3);
  const made = pipeline(presets[preset].transforms, adaptNormalization(images));
  const indices = Uint32Array.from({ length: images.count }, (_, i) => i);
  const { batch } = await interleaved({ batch: clocked(async () => trainBatch(images, indices, made, key(2))) }, 10);
  return { rows: [{ preset, what: 'one thread', imagesPerSecond: (1000 * images.count) / batch.min }] };
};

interface Call {
  readonly began: number;
  readonly ended: number;
}

/** The same engine; `onCall` hears of each call of a compiled function. */
const watched = (engine: Engine, onCall: (call: Call) => void): Engine => ({
  ...engine,
  compile: (f, options) => {
    const compiled = engine.compile(f, options);
    return (args, ...key) =>
      async () => {
        const began = performance.now();
        const answer = await compiled(args, ...key)();
        onCall({ began, ended: performance.now() });
        return answer;
      };
  },
});

/** Steps that are left out at the start, while everything warms up. */
const WARM_UP = 4;

/** The data set of the quickstart is in the package; the others' is not, and noise stands for it. */
const datasetOf = async (preset: MeasuredPreset): Promise<Dataset> => {
  const { dataset, models } = presets[preset];
  if (preset === 'quickstart') return orThrow(loadDataset(dataset));
  const classes = Array.from({ length: models[0]!.config.classes }, (_, i) => `${i}`);
  return { name: 'noise', classes, train: noise(28 * batchSizes[preset], 32, 32, 3), test: noise(1, 32, 32, 3) };
};

const measureFit = async (preset: MeasuredPreset): Promise<Measured<DataRow>> => {
  const batchSize = batchSizes[preset];
  const prepared = orThrow(prepare({ ...presets[preset], batchSize: batchSize }, await datasetOf(preset)));
  const { config, train, models, optimizer } = prepared;
  const { layer, declaration } = models.at(-1)!;
  const calls: Call[] = [];
  await orThrow(
    fit({
      engine: watched(await orThrow(jit({ threads: 2 })), (call) => calls.push(call)),
      model: layer,
      optimizer,
      schedule: prepared.schedule,
      train,
      pipeline: prepared.pipeline,
      epochs: 1,
      batchSize,
      key: fold(key(config.seed), 'training'),
      start: {
        state: initialize(key(config.seed))(declareState(declaration, optimizer)) as never,
        progress: beginning,
      },
    }),
  );
  // The last batch may be ragged, and then it is compiled anew; what follows it is no step.
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
    "The preset's augmentation on one thread; and an epoch of the preset's `fit` (SPT + LSA, jit, 2 threads; as step has it), in " +
    'which waiting is the time from the end of a step to the start of the next. Noise stands for the images of CIFAR-100.',
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
