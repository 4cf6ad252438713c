import { orThrow } from '../src/core/index.js';
import { type ExpectedMemory, jit } from '../src/engine/index.js';
import { presets } from '../src/experiment/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { memoryDetail } from './memory-detail.js';
import { startPeer } from './peer.js';
import { type Framework, isInstalled } from './peer-environment.js';
import { number } from './show.js';
import { median } from './timing.js';
import { type MeasuredPreset, measuredPresets, stepOf, stepper } from './training.js';
import { wholeRun } from './whole-run.js';

interface MemoryRow {
  readonly preset: MeasuredPreset;
  readonly what: string;
  readonly batch: number;
  /** Of the whole process. */
  readonly peakMiB: number;
  /** What the engine expects before anything runs. */
  readonly expectedMiB?: number;
  readonly rounds?: number;
  /** Resident memory in the last steps minus that after warming up. */
  readonly growthMiB?: number;
}

/** After so many steps, all reusable buffers exist. */
const WARM_UP = 12;
const WINDOW = 10;
/** As many steps as this makes, but no fewer than two windows. */
const IMAGES = 12_800;
const COMMON_BATCH = 64;
const THREADS = 2;
/** Peers reuse their buffers from the second step on. */
const PEER_STEPS = 3;

const stepsOf = (batch: number): number => Math.max(2 * WINDOW, Math.round(IMAGES / batch));

const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

const expectedOf = (expected: ExpectedMemory | undefined) =>
  expected && { expectedMiB: expected.bytes / 2 ** 20, rounds: expected.rounds };

const measure = async (preset: MeasuredPreset, batch: number): Promise<Measured<MemoryRow>> => {
  const engine = await orThrow(jit({ threads: THREADS }));
  const options = { preset, batch, dropout: true };
  const steps = stepsOf(batch);
  const step = stepper(engine, options);
  const resident: number[] = [];
  for (let i = 0; i < WARM_UP + steps; i++) {
    await step();
    resident.push(process.memoryUsage.rss() / 2 ** 20);
  }
  const peak = peakMiB();
  const growthMiB = median(resident.slice(-WINDOW)) - median(resident.slice(WARM_UP, WARM_UP + WINDOW));
  // Last, since it makes another copy of the state.
  const { step: f, hosts } = stepOf(options);
  const expected = await orThrow(engine.expectedMemory(f, engine.fromHost(hosts), { donate: ['state'] }));
  return {
    rows: [
      {
        ...{ preset, what: 'jit', batch, peakMiB: peak, growthMiB },
        ...expectedOf(expected),
      },
    ],
  };
};

const measureRun = async (preset: MeasuredPreset, batch: number): Promise<Measured<MemoryRow>> => {
  const engine = await orThrow(jit({ threads: THREADS }));
  const { memory } = await wholeRun(engine, preset, batch);
  return { rows: [{ preset, what: 'jit, whole run', batch, peakMiB: peakMiB(), ...expectedOf(memory) }] };
};

/** The best known variant of each. */
const peers: readonly (readonly [Framework, string])[] = [
  ['torch', 'sdpa'],
  ['keras', 'graph'],
];

const measurePeer = async (framework: Framework, variant: string, batch: number): Promise<Measured<MemoryRow>> => {
  if (!isInstalled(framework))
    return { rows: [], notes: [`${framework} was not measured: the benchmark peers installs it.`] };
  const peer = await startPeer({ framework, variant, threads: THREADS, batch, dropout: true });
  const { peakMiB } = await peer.steps(PEER_STEPS);
  peer.stop();
  return { rows: [{ preset: 'keras-published', what: `${framework} ${variant}`, batch, peakMiB }] };
};

/** The document's own batch, and one that needs rounds everywhere. */
const RUN_BATCHES = [256, 1024];

const batchesOf = (preset: MeasuredPreset): readonly number[] => [
  ...new Set([COMMON_BATCH, presets[preset].batchSize]),
];

export const memory = benchmark<MemoryRow>({
  about:
    'The peak of the resident memory of a whole process that runs training steps with the dropout of the preset, 2 threads: each preset ' +
    `at its own batch and at ${COMMON_BATCH}. A whole run trains all models of a preset on noise, with as many images as CIFAR-100 in memory, ` +
    `validation, checkpoints, test and report. Expected is what the engine says before anything runs. Growth is over ${stepsOf(COMMON_BATCH)} ` +
    `steps of ${COMMON_BATCH} images or as many images (medians over ${WINDOW} steps). --detail lists what is kept.`,
  cases: {
    ...Object.fromEntries(
      measuredPresets.flatMap((preset) =>
        batchesOf(preset).map((batch) => [`${preset}, batch ${batch}`, () => measure(preset, batch)]),
      ),
    ),
    ...Object.fromEntries(
      RUN_BATCHES.map((batch) => [
        `keras-published, whole run, batch ${batch}`,
        () => measureRun('keras-published', batch),
      ]),
    ),
    ...Object.fromEntries(
      peers.flatMap(([framework, variant]) =>
        batchesOf('keras-published').map((batch) => [
          `${framework} ${variant}, batch ${batch}`,
          () => measurePeer(framework, variant, batch),
        ]),
      ),
    ),
  },
  columns: {
    preset: ({ preset }) => preset,
    what: ({ what }) => what,
    batch: ({ batch }) => `${batch}`,
    'peak, MiB': ({ peakMiB }) => number(peakMiB),
    'expected, MiB': ({ expectedMiB }) => (expectedMiB === undefined ? '–' : number(expectedMiB)),
    rounds: ({ rounds }) => (rounds === undefined ? '–' : `${rounds}`),
    'growth, MiB': ({ growthMiB }) => (growthMiB === undefined ? '–' : growthMiB.toFixed(0)),
  },
  detail: memoryDetail,
});
