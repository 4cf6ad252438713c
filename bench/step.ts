import { benchmark, type Measured } from './benchmark.js';
import { casesByGroup, type EngineGroup, loadEngines, told } from './engines.js';
import { squareProduct } from './floor.js';
import { number, percent, range, times, yes } from './show.js';
import { clocked, interleaved, per, type Task, type Timing } from './timing.js';
import { batchSizes, type MeasuredPreset, measuredPresets, operationsPerImage, stepper } from './training.js';

interface StepRow {
  readonly preset: MeasuredPreset;
  readonly engine: string;
  readonly threads: number;
  readonly batch: number;
  readonly dropout: boolean;
  readonly msPerImage: Timing;
  readonly floorMs: number;
  readonly floorShare: number;
  /** How many times as long as jit on two threads. */
  readonly ratio: number;
}

// What is many times slower is measured on fewer images: its milliseconds an image hardly depend on their number.
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
  // The floor is of the machine, so it is taken with the compiler at each number of threads.
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
    const floorMs = operations / (product.operations / timed[`product, ${threads}`]!.min);
    const msPerImage = per(batch, timed[id]!);
    return { preset, engine, threads, batch, dropout, msPerImage, floorMs, floorShare: floorMs / msPerImage.min };
  });
  const best = rows[0]!.msPerImage.min;
  return {
    rows: told(
      group,
      rows.map((row) => ({ ...row, ratio: row.msPerImage.min / best })),
    ),
    notes,
  };
};

export const step = benchmark<StepRow>({
  about:
    "One whole training step of the preset's model with shifted patch tokens and locality attention: forward, backward, AdamW, " +
    'metrics. The floor is the time that its matrix products alone would take at the best rate that a product of 1024 × 1024 ' +
    'reaches on as many threads in the same process. The engines of one preset take turns in one process.',
  cases: Object.assign(
    {},
    ...measuredPresets.flatMap((preset) =>
      [false, true].map((dropout) =>
        casesByGroup(`${preset}, ${yes(dropout)} dropout`, (group) => measure(preset, dropout, group)),
      ),
    ),
  ),
  columns: {
    preset: ({ preset }) => preset,
    dropout: ({ dropout }) => yes(dropout),
    engine: ({ engine }) => engine,
    threads: ({ threads }) => `${threads}`,
    batch: ({ batch }) => `${batch}`,
    'to jit, 2 threads': ({ ratio }) => times(ratio),
    'of the floor': ({ floorShare }) => percent(floorShare),
    'floor, ms/image': ({ floorMs }) => number(floorMs),
    'ms/image, min – median': ({ msPerImage }) => range(msPerImage),
  },
});
