import { benchmark, type Measured } from './benchmark.js';
import { casesByGroup, type EngineGroup, loadEngines, withoutRepeatedJit } from './engines.js';
import { squareProduct } from './matmul-rate.js';
import { number, percent, range, times, withOrWithout } from './show.js';
import { clocked, interleaved, per, type Task, type Timing } from './timing.js';
import { batchSizes, type MeasuredPreset, measuredPresets, operationsPerImage, stepper } from './training.js';

interface StepRow {
  readonly preset: MeasuredPreset;
  readonly engine: string;
  readonly threads: number;
  readonly batch: number;
  readonly dropout: boolean;
  readonly msPerImage: Timing;
  /** A lower bound: the time of the matrix products alone, at the peak rate. */
  readonly boundMs: number;
  readonly utilization: number;
  /** Its time divided by that of jit on two threads. */
  readonly ratio: number;
}

// Slow engines are measured on fewer images: their milliseconds per image hardly depend on the size of the batch.
const SMALL_BATCH = 16;

const measure = async (preset: MeasuredPreset, dropout: boolean, group: EngineGroup): Promise<Measured<StepRow>> => {
  const { loaded, notes } = await loadEngines(group);
  if (loaded.length === 0) return { rows: [], notes };
  const rounds = preset === 'quickstart' ? 20 : 8;
  const compared = loaded.map((row) => ({
    ...row,
    id: `${row.engine}, ${row.threads}`,
    batch: row.slow ? Math.min(SMALL_BATCH, batchSizes[preset]) : batchSizes[preset],
  }));
  const steps = compared.map(({ id, made, slow, batch }): [string, Task] => [
    id,
    clocked(stepper(made, { preset, batch, dropout }), { rounds: slow ? 2 : rounds }),
  ]);
  // The peak rate is a property of the machine, so it is measured with jit for each number of threads.
  const products = loaded
    .filter(({ engine }) => engine === 'jit')
    .map(({ threads, made }) => ({ threads, ...squareProduct(made) }));
  const timed = await interleaved(
    Object.fromEntries([...steps, ...products.map(({ threads, task }) => [`product, ${threads}`, task] as const)]),
    rounds,
  );
  const operations = operationsPerImage({ preset, dropout, batch: batchSizes[preset] });
  const rows = compared.map(({ id, engine, threads, batch }) => {
    const product = products.find((each) => each.threads === threads)!;
    const boundMs = operations / (product.operations / timed[`product, ${threads}`]!.min);
    const msPerImage = per(batch, timed[id]!);
    return { preset, engine, threads, batch, dropout, msPerImage, boundMs, utilization: boundMs / msPerImage.min };
  });
  const best = rows[0]!.msPerImage.min;
  return {
    rows: withoutRepeatedJit(
      group,
      rows.map((row) => ({ ...row, ratio: row.msPerImage.min / best })),
    ),
    notes,
  };
};

export const step = benchmark<StepRow>({
  about:
    'One full training step of the SPT + LSA model of the preset: forward, backward, AdamW and metrics. The lower bound is the time ' +
    'that its matrix products alone would take at the best rate that a 1024 × 1024 product reaches with as many threads in the ' +
    'same process; utilization is this bound divided by the time of the step. The engines of a preset take turns in one process.',
  cases: Object.assign(
    {},
    ...measuredPresets.flatMap((preset) =>
      [false, true].map((dropout) =>
        casesByGroup(`${preset}, ${withOrWithout(dropout)} dropout`, (group) => measure(preset, dropout, group)),
      ),
    ),
  ),
  columns: {
    preset: ({ preset }) => preset,
    dropout: ({ dropout }) => withOrWithout(dropout),
    engine: ({ engine }) => engine,
    threads: ({ threads }) => `${threads}`,
    batch: ({ batch }) => `${batch}`,
    'relative time (jit, 2 threads = 1)': ({ ratio }) => times(ratio),
    utilization: ({ utilization }) => percent(utilization),
    'lower bound, ms/image': ({ boundMs }) => number(boundMs),
    'ms/image, min – median': ({ msPerImage }) => range(msPerImage),
  },
});
