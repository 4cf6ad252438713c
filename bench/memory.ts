import { orThrow } from '../src/core/index.js';
import { jit } from '../src/engine/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { number } from './show.js';
import { median } from './timing.js';
import { batchSizes, type MeasuredPreset, measuredPresets, stepper } from './training.js';

interface MemoryRow {
  readonly preset: MeasuredPreset;
  readonly batch: number;
  readonly steps: number;
  readonly peakMiB: number;
  /** Resident memory in the last steps minus that after warming up. */
  readonly growthMiB: number;
}

const STEPS = 200;
/** After so many steps, all reusable buffers exist. */
const WARM_UP = 20;
const WINDOW = 20;

const measure = async (preset: MeasuredPreset): Promise<Measured<MemoryRow>> => {
  const batch = batchSizes[preset];
  const step = stepper(await orThrow(jit({ threads: 2 })), { preset, batch, dropout: true });
  const resident: number[] = [];
  for (let i = 0; i < WARM_UP + STEPS; i++) {
    await step();
    resident.push(process.memoryUsage.rss() / 2 ** 20);
  }
  const growthMiB = median(resident.slice(-WINDOW)) - median(resident.slice(WARM_UP, WARM_UP + WINDOW));
  return { rows: [{ preset, batch, steps: STEPS, peakMiB: process.resourceUsage().maxRSS / 1024, growthMiB }] };
};

export const memory = benchmark<MemoryRow>({
  about:
    'Resident memory of a process that runs training steps with the dropout of the preset on jit, 2 threads: the peak, and the growth ' +
    `over ${STEPS} steps (medians over ${WINDOW} steps).`,
  cases: Object.fromEntries(measuredPresets.map((preset) => [preset, () => measure(preset)])),
  columns: {
    preset: ({ preset }) => preset,
    batch: ({ batch }) => `${batch}`,
    'peak, MiB': ({ peakMiB }) => number(peakMiB),
    'growth, MiB': ({ growthMiB }) => growthMiB.toFixed(0),
  },
});
