import { orThrow } from '../../src/core/or-throw.js';
import {
  adamW,
  addDecay,
  chain,
  clipByGlobalNorm,
  constantRate,
  decayIndependently,
  type Optimizer,
  type Schedule,
  scaleByAdam,
  scaleByRate,
  stateless,
  type WarmUpCosine,
  warmUpCosine,
} from '../../src/train/index.js';

type Row = readonly [name: string, optimizer: Optimizer];

const schedule = constantRate(0.03);
const onlyMatrices = (path: readonly string[]): boolean => path.at(-1) === 'weight';

/** The pieces that optimizers are chained of. */
export const linkTable: readonly Row[] = [
  ['nothing', chain({})],
  ['clipByGlobalNorm', clipByGlobalNorm(0.5)],
  ['scaleByAdam', scaleByAdam()],
  ['scaleByAdam, raw ε', scaleByAdam({ epsilonOn: 'raw', epsilon: 1e-3 })],
  ['addDecay', addDecay(0.1)],
  ['addDecay, masked', addDecay(0.1, onlyMatrices)],
  ['decayIndependently', decayIndependently(0.01)],
  ['scaleByRate', scaleByRate(schedule)],
  ['a link of one’s own', stateless((updates) => updates)],
];

/** Whole optimizers: what each makes of gradients leads down. */
export const optimizerTable: readonly Row[] = [
  ['gradient descent', scaleByRate(schedule)],
  ['gradient descent, clipped', chain({ clip: clipByGlobalNorm(5), rate: scaleByRate(schedule) })],
  ['Adam', chain({ adam: scaleByAdam(), rate: scaleByRate(schedule) })],
  ['Adam with quick moments', chain({ adam: scaleByAdam({ beta1: 0.8, beta2: 0.9 }), rate: scaleByRate(schedule) })],
  ['AdamW, scaled decay', adamW({ schedule, weightDecay: 1e-3 })],
  ['AdamW, independent decay, raw ε', adamW({ schedule, weightDecay: 1e-5, decay: 'independent', epsilonOn: 'raw' })],
  ['AdamW, L2', adamW({ schedule, weightDecay: 1e-4, decay: 'l2' })],
  ['AdamW, masked and clipped', adamW({ schedule, weightDecay: 1e-3, decayMask: onlyMatrices, clip: 1 })],
];

interface Range {
  readonly warmUpSteps: number;
  readonly totalSteps: number;
  /** The rates at step 0, at the end of the warm-up and at the last step. */
  readonly start: number;
  readonly highest: number;
  readonly end: number;
}

const cosine = (options: WarmUpCosine): readonly [Schedule, Range] => [
  orThrow(warmUpCosine(options)),
  {
    warmUpSteps: options.warmUpSteps,
    totalSteps: options.totalSteps,
    start: options.warmUpSteps > 0 ? (options.warmUpRate ?? 0) : options.base,
    highest: options.base,
    end: options.finalRate ?? 0,
  },
];

/** Every kind of schedule, with what is known of its range. */
export const scheduleTable: readonly (readonly [name: string, schedule: Schedule, range: Range])[] = [
  ['constantRate', constantRate(0.25), { warmUpSteps: 0, totalSteps: 50, start: 0.25, highest: 0.25, end: 0.25 }],
  ['warmUpCosine', ...cosine({ base: 1e-3, warmUpSteps: 10, totalSteps: 100 })],
  [
    'warmUpCosine between rates',
    ...cosine({ base: 1, warmUpSteps: 7, totalSteps: 30, warmUpRate: 0.2, finalRate: 0.1 }),
  ],
  ['warmUpCosine without warm-up', ...cosine({ base: 0.5, warmUpSteps: 0, totalSteps: 40 })],
  ['warmUpCosine of one step', ...cosine({ base: 0.5, warmUpSteps: 1, totalSteps: 2 })],
];
