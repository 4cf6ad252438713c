import { orThrow } from '../../src/core/or-throw.js';
import {
  accumulate,
  adamW,
  addDecayedWeights,
  averageWeights,
  chain,
  clipByGlobalNorm,
  constantSchedule,
  freeze,
  type Optimizer,
  type Schedule,
  scaleByAdam,
  scaleByLearningRate,
  stateless,
  type WarmUpCosine,
  warmUpCosine,
} from '../../src/train/index.js';

type Row = readonly [name: string, optimizer: Optimizer];

const schedule = constantSchedule(0.03);
const onlyMatrices = (path: readonly string[]): boolean => path.at(-1) === 'weight';

/** The links of optimizer chains. */
export const linkTable: readonly Row[] = [
  ['nothing', chain({})],
  ['clipByGlobalNorm', clipByGlobalNorm(0.5)],
  ['scaleByAdam', scaleByAdam()],
  ['scaleByAdam, raw ε', scaleByAdam({ epsilonOn: 'raw', epsilon: 1e-3 })],
  ['addDecayedWeights', addDecayedWeights(0.1)],
  ['addDecayedWeights, masked', addDecayedWeights(0.1, onlyMatrices)],
  ['decay after the learning rate', addDecayedWeights(-0.01)],
  ['scaleByLearningRate', scaleByLearningRate(schedule)],
  ['scaleByLearningRate with factors', scaleByLearningRate(schedule, (path) => (onlyMatrices(path) ? 0.1 : 1))],
  ['freeze', freeze(onlyMatrices)],
  ['averageWeights', averageWeights(0.9)],
  ['accumulate', accumulate(2, scaleByAdam())],
  ['a user-defined link', stateless((updates) => updates)],
];

/** Whole optimizers, whose updates descend. */
export const optimizerTable: readonly Row[] = [
  ['gradient descent', scaleByLearningRate(schedule)],
  ['gradient descent, clipped', chain({ clip: clipByGlobalNorm(5), rate: scaleByLearningRate(schedule) })],
  ['Adam', chain({ adam: scaleByAdam(), rate: scaleByLearningRate(schedule) })],
  [
    'Adam with small betas',
    chain({ adam: scaleByAdam({ beta1: 0.8, beta2: 0.9 }), rate: scaleByLearningRate(schedule) }),
  ],
  ['AdamW, scaled decay', adamW({ schedule, weightDecay: 1e-3 })],
  ['AdamW, independent decay, raw ε', adamW({ schedule, weightDecay: 1e-5, decay: 'independent', epsilonOn: 'raw' })],
  ['AdamW, L2', adamW({ schedule, weightDecay: 1e-4, decay: 'l2' })],
  ['AdamW, averaged', chain({ adamw: adamW({ schedule, weightDecay: 1e-3 }), average: averageWeights(0.9) })],
  [
    'AdamW of two steps at once',
    accumulate(2, adamW({ schedule: constantSchedule(0.06), weightDecay: 1e-3, rateFactor: () => 2 })),
  ],
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
    start: options.warmUpSteps > 0 ? (options.initialLearningRate ?? 0) : options.learningRate,
    highest: options.learningRate,
    end: options.finalLearningRate ?? 0,
  },
];

/** Every kind of schedule, with its range. */
export const scheduleTable: readonly (readonly [name: string, schedule: Schedule, range: Range])[] = [
  [
    'constantSchedule',
    constantSchedule(0.25),
    { warmUpSteps: 0, totalSteps: 50, start: 0.25, highest: 0.25, end: 0.25 },
  ],
  ['warmUpCosine', ...cosine({ learningRate: 1e-3, warmUpSteps: 10, totalSteps: 100 })],
  [
    'warmUpCosine between rates',
    ...cosine({ learningRate: 1, warmUpSteps: 7, totalSteps: 30, initialLearningRate: 0.2, finalLearningRate: 0.1 }),
  ],
  ['warmUpCosine without warm-up', ...cosine({ learningRate: 0.5, warmUpSteps: 0, totalSteps: 40 })],
  ['warmUpCosine of one step', ...cosine({ learningRate: 0.5, warmUpSteps: 1, totalSteps: 2 })],
];
