import { bitsInto } from '../src/core/bits.js';
import { type Distribution, drawOnHost, key, orThrow, sizeOf } from '../src/core/index.js';
import { jit } from '../src/engine/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { number, optional, percent } from './show.js';
import { clocked, interleaved } from './timing.js';
import { batchSizes, graphOf, stepper } from './training.js';

interface RandomRow {
  readonly what: string;
  readonly millionsPerSecond: number;
  /** For the draws of a step: milliseconds on one thread, and the share of a step in which each thread draws its part. */
  readonly ms?: number;
  readonly stepMs?: number;
  readonly share?: number;
}

const COUNT = 2 ** 22;
const preset = 'keras-published';
const batch = batchSizes[preset];
const THREADS = 2;

const draw = (distribution: Distribution) => clocked(async () => drawOnHost(key(1), distribution, [COUNT]));

const measureDraws = async (): Promise<Measured<RandomRow>> => {
  const words = new Uint32Array(COUNT);
  const timed = await interleaved(
    {
      'threefry, 32-bit words': clocked(async () => bitsInto([1, 2], 0, words)),
      'bernoulli, bytes': draw({ kind: 'bernoulli', probability: 0.9 }),
      'uniform, float32': draw({ kind: 'uniform' }),
      'normal, float32': draw({ kind: 'normal' }),
    },
    20,
  );
  return {
    rows: Object.entries(timed).map(([what, { min }]) => ({ what, millionsPerSecond: COUNT / min / 1000 })),
  };
};

const measureStep = async (): Promise<Measured<RandomRow>> => {
  const options = { preset, batch, dropout: true } as const;
  // Creating the engine registers the gradients of tfjs, which tracing needs.
  const engine = await orThrow(jit({ threads: THREADS }));
  const draws = graphOf(options).inputs.flatMap(({ node, source }) =>
    source.kind === 'draw' ? [{ node, source }] : [],
  );
  const count = draws.reduce((sum, { node }) => sum + sizeOf(node.shape), 0);
  const timed = await interleaved(
    {
      draws: clocked(async () => {
        for (const { node, source } of draws) drawOnHost(key(1), source.distribution, node.shape);
      }),
      step: clocked(stepper(engine, options)),
    },
    8,
  );
  const [ms, stepMs] = [timed.draws.min, timed.step.min];
  const what = `${number(count / 1e6)} million draws of a step of ${preset}, batch ${batch}`;
  return { rows: [{ what, millionsPerSecond: count / ms / 1000, ms, stepMs, share: ms / THREADS / stepMs }] };
};

export const random = benchmark<RandomRow>({
  about:
    'Throughput of the random number generator on one thread, and the time to draw all dropout masks of a training step on one ' +
    `thread. The share is of a step on ${THREADS} threads, where each thread draws its part.`,
  cases: { draws: measureDraws, step: measureStep },
  columns: {
    what: ({ what }) => what,
    'millions/s': ({ millionsPerSecond }) => number(millionsPerSecond),
    'share of the step': ({ share }) => optional(share, percent),
    ms: ({ ms }) => optional(ms),
    'step, ms': ({ stepMs }) => optional(stepMs),
  },
});
