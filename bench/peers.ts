import { countParameters, orThrow } from '../src/core/index.js';
import { jit } from '../src/engine/index.js';
import { declareModel } from '../src/models/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { startPeer } from './peer.js';
import type { Framework } from './peer-environment.js';
import { number, range, times, withOrWithout } from './show.js';
import { clocked, interleaved, per, type Timing } from './timing.js';
import { batchSizes, modelOf, stepper } from './training.js';

type PeerPreset = 'keras-published' | 'cct';

/** The program of a framework, and its variants, for each preset. */
const programs: readonly (readonly [PeerPreset, Framework, string, readonly string[]])[] = [
  ['keras-published', 'torch', 'torch_step', ['eager', 'sdpa', 'compile']],
  ['keras-published', 'keras', 'keras_step', ['graph', 'xla']],
  ['keras-published', 'jax', 'jax_step', ['jit']],
  ['cct', 'torch', 'torch_cct_step', ['eager', 'sdpa', 'channels-last', 'compile']],
];

interface PeerRow {
  readonly preset: PeerPreset;
  readonly framework: Framework;
  readonly variant: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly batch: number;
  readonly dropout: boolean;
  readonly msPerImage: Timing;
  readonly oursMsPerImage: Timing;
  /** Its time divided by that of jit. */
  readonly ratio: number;
  readonly firstStepSeconds: number;
  readonly loss: { readonly first: number; readonly last: number };
}

const THREADS = 2;
const TURNS = 6;
/** The first step of a turn starts with the caches of the other side; the second does not. */
const STEPS = 2;

const measure = async (
  [preset, framework, program]: (typeof programs)[number],
  variant: string,
  dropout: boolean,
): Promise<Measured<PeerRow>> => {
  const batch = batchSizes[preset];
  const peer = await startPeer({ framework, program, variant, threads: THREADS, batch, dropout });
  const ours = stepper(await orThrow(jit({ threads: THREADS })), { preset, batch, dropout });
  let last = peer.hello.firstLoss;
  const timed = await interleaved(
    {
      ours: clocked(ours, { calls: STEPS }),
      theirs: {
        run: async () => {
          const { ms, loss } = await peer.steps(STEPS);
          last = loss;
          return ms;
        },
      },
    },
    TURNS,
  );
  peer.stop();

  const { versions, parameters, firstStepMs, firstLoss } = peer.hello;
  const expected = countParameters(orThrow(declareModel(modelOf(preset, dropout))).declaration);
  if (parameters !== expected) throw new Error(`${framework} has ${parameters} parameters instead of ${expected}`);
  if (!(last < firstLoss)) throw new Error(`the loss of ${framework} does not decrease: ${firstLoss}, then ${last}`);
  const row: PeerRow = {
    ...{ preset, framework, variant, versions, threads: THREADS, batch, dropout },
    msPerImage: per(batch, timed.theirs),
    oursMsPerImage: per(batch, timed.ours),
    ratio: timed.theirs.min / timed.ours.min,
    firstStepSeconds: firstStepMs / 1000,
    loss: { first: firstLoss, last },
  };
  return { rows: [row] };
};

/** The best variant of each framework, with and without dropout. */
const conclude = (rows: readonly PeerRow[]): readonly string[] =>
  (['keras-published', 'cct'] as const).flatMap((preset) =>
    [false, true].flatMap((dropout) =>
      (['torch', 'keras', 'jax'] as const).flatMap((framework) => {
        const own = rows.filter(
          (row) => row.preset === preset && row.framework === framework && row.dropout === dropout,
        );
        if (own.length === 0) return [];
        const best = own.reduce((a, b) => (b.ratio < a.ratio ? b : a));
        return [
          `The best variant of ${framework} of ${preset} ${withOrWithout(dropout)} dropout (${best.variant}) takes ${times(best.ratio)} the time of jit`,
        ];
      }),
    ),
  );

export const peers = benchmark<PeerRow>({
  about:
    `The training step of keras-published (SPT + LSA, batch ${batchSizes['keras-published']}) and of cct (CCT-7/3x1, batch ` +
    `${batchSizes.cct}), with ${THREADS} threads, in other frameworks, written for speed in the ` +
    'idiomatic way of each (bench/peers). Each takes turns with jit. The programs check that the number of parameters is the ' +
    'same and that the loss decreases.',
  cases: Object.fromEntries(
    programs.flatMap((program) =>
      program[3].flatMap((variant) =>
        [false, true].map((dropout) => [
          `${program[0]}, ${program[1]} ${variant}, ${withOrWithout(dropout)} dropout`,
          () => measure(program, variant, dropout),
        ]),
      ),
    ),
  ),
  columns: {
    preset: ({ preset }) => preset,
    framework: ({ framework, variant }) => `${framework} ${variant}`,
    dropout: ({ dropout }) => withOrWithout(dropout),
    'relative time (jit = 1)': ({ ratio }) => times(ratio),
    'ms/image, min – median': ({ msPerImage }) => range(msPerImage),
    'jit, ms/image, min – median': ({ oursMsPerImage }) => range(oursMsPerImage),
    'first step, s': ({ firstStepSeconds }) => number(firstStepSeconds),
  },
  conclude,
});
