import { drawOnHost, initialize, key, orThrow } from '../src/core/index.js';
import type { Engine } from '../src/engine/index.js';
import { declareModel } from '../src/models/index.js';
import { predictionStep } from '../src/train/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { casesByGroup, type EngineGroup, loadEngines, withoutRepeatedJit } from './engines.js';
import { number, range, times } from './show.js';
import { clocked, interleaved, type Timing } from './timing.js';
import { type MeasuredPreset, measuredPresets, modelOf } from './training.js';

interface PredictRow {
  readonly preset: MeasuredPreset;
  readonly engine: string;
  readonly threads: number;
  readonly batch: number;
  readonly imagesPerSecond: { readonly max: number; readonly median: number };
  /** Milliseconds of one image alone. */
  readonly latencyMs: Timing;
  /** How many times as many images a second as this engine jit makes on two threads. */
  readonly ratio: number;
}

const BATCH = 64;

/** From images on the host to logits on the host. */
const predictor = (engine: Engine, preset: MeasuredPreset) => {
  const config = modelOf(preset, false);
  const { height, width, channels } = config.image;
  const { model, declaration } = orThrow(declareModel(config));
  const compiled = engine.compile(predictionStep(model));
  const params = engine.fromHost(initialize(key(1))(declaration.params));
  return (batch: number) => {
    const images = drawOnHost(key(2), { kind: 'normal' }, [batch, height, width, channels]);
    return async () => {
      const input = engine.fromHost(images);
      const logits = await orThrow(compiled({ params, input }));
      const result = await orThrow(engine.toHost(logits));
      engine.dispose([input, logits]);
      return result;
    };
  };
};

const measure = async (preset: MeasuredPreset, group: EngineGroup): Promise<Measured<PredictRow>> => {
  const { loaded, notes } = await loadEngines(group);
  if (loaded.length === 0) return { rows: [], notes };
  const tasks = loaded.flatMap(({ made, slow }, i) => {
    const predict = predictor(made, preset);
    return [
      [`${i} batch`, clocked(predict(BATCH), { rounds: slow ? 2 : 12 })],
      [`${i} one`, clocked(predict(1), { calls: slow ? 1 : 10, rounds: slow ? 4 : 12 })],
    ] as const;
  });
  const timed = await interleaved(Object.fromEntries(tasks), 12);
  const rows = loaded.map(({ engine, threads }, i) => {
    const { min, median } = timed[`${i} batch`]!;
    const imagesPerSecond = { max: (1000 * BATCH) / min, median: (1000 * BATCH) / median };
    return { preset, engine, threads, batch: BATCH, imagesPerSecond, latencyMs: timed[`${i} one`]! };
  });
  const best = rows[0]!.imagesPerSecond.max;
  return {
    rows: withoutRepeatedJit(
      group,
      rows.map((row) => ({ ...row, ratio: best / row.imagesPerSecond.max })),
    ),
    notes,
  };
};

export const predict = benchmark<PredictRow>({
  about:
    "Prediction with the preset's SPT + LSA model, from images on the host to logits on the host: the throughput of batches of " +
    `${BATCH}, and how long one image takes alone. The engines take turns in one process.`,
  cases: Object.assign({}, ...measuredPresets.map((preset) => casesByGroup(preset, (group) => measure(preset, group)))),
  columns: {
    preset: ({ preset }) => preset,
    engine: ({ engine }) => engine,
    threads: ({ threads }) => `${threads}`,
    'jit, 2 threads, is faster by': ({ ratio }) => times(ratio),
    'images/s, best': ({ imagesPerSecond }) => number(imagesPerSecond.max),
    'images/s, median': ({ imagesPerSecond }) => number(imagesPerSecond.median),
    'one image, ms, min – median': ({ latencyMs }) => range(latencyMs),
  },
});
