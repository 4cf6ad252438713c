/** Each law of optimizers and schedules finds what it is for. */
import * as tf from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { type ParameterSpec, parameter, zerosLike } from '../../src/core/declaration.js';
import { constant } from '../../src/core/initializers.js';
import { map, mapSame, zipSame } from '../../src/core/tree.js';
import { optimizerLaws, scheduleLaws } from '../../src/laws/index.js';
import { constantSchedule, type Optimizer, type Schedule, scaleByLearningRate } from '../../src/train/index.js';
import { testFindings } from './broken.js';

const rate = 0.05;
/** Gradient descent with momentum. */
const right: Optimizer = {
  init: (params) => ({ velocity: zerosLike(params) }),
  update: (gradients, { velocity }) => {
    const next = zipSame<tf.Tensor, tf.Tensor>((g, v) => tf.add(tf.mul(v, 0.5), tf.mul(g, -rate)))(gradients, velocity);
    return { updates: next, state: { velocity: next } };
  },
};
const each = (f: (update: tf.Tensor) => tf.Tensor): Optimizer => ({
  ...right,
  update: (...given) => {
    const { updates, state } = right.update(...given);
    return { updates: mapSame<tf.Tensor>(f)(updates), state };
  },
});

let calls = 0;
let outside: tf.Tensor | undefined;
const captured = (): tf.Tensor => {
  outside ??= tf.keep(tf.scalar(1));
  return outside;
};

const pureNames = {
  repeat: 'the same arguments give the same bits',
  arguments: 'update leaves its arguments as they are',
  memory: 'no tensor is left, also after a throw',
  engines: 'eager and jit agree, and with double precision',
} as const;

const initially = 'the initial state is that which init declares';
const declared = 'update returns an update for every parameter, and the state that init declares';

const broken: readonly (readonly [what: string, optimizer: Optimizer, law: string])[] = [
  [
    'init makes tensors',
    {
      ...right,
      init: (params) => {
        tf.scalar(1);
        return right.init(params);
      },
    },
    initially,
  ],
  [
    'init is not the same twice',
    { ...right, init: (params) => (calls++ % 2 === 0 ? right.init(params) : { speed: zerosLike(params) }) },
    initially,
  ],
  [
    'the initial state is infinite',
    {
      ...right,
      init: (params) => ({
        velocity: mapSame<ParameterSpec>((spec) => ({ ...spec, initializer: constant(Infinity) }))(params),
      }),
    },
    initially,
  ],
  ['updates of another shape', each((update) => tf.reshape(update, [-1])), declared],
  [
    'a state that is not declared',
    {
      ...right,
      update: (gradients, state, params, step) => {
        const made = right.update(gradients, state, params, step);
        return { ...made, state: { ...made.state, steps: step } };
      },
    },
    declared,
  ],
  ['a division by zero', each((update) => tf.div(update, 0)), declared],
  ['a random number', each((update) => tf.mul(update, Math.random())), pureNames.repeat],
  ['a counter outside of the state', each((update) => tf.add(update, calls++)), pureNames.repeat],
  [
    'the gradients are disposed',
    {
      ...right,
      update: (gradients, state, params, step) => {
        const made = right.update(gradients, state, params, step);
        map<tf.Tensor, void>((gradient) => gradient.dispose())(gradients);
        return made;
      },
    },
    pureNames.arguments,
  ],
  [
    'the numbers of the state are changed',
    {
      ...right,
      update: (gradients, state, params, step) => {
        map<tf.Tensor, void>((leaf) => void leaf.dataSync().fill(7))(state);
        return right.update(gradients, state, params, step);
      },
    },
    pureNames.arguments,
  ],
  ['a tensor is kept', each((update) => tf.keep(tf.mul(update, 1))), pureNames.memory],
  ['a tensor from outside', each((update) => tf.mul(update, captured())), pureNames.engines],
  ['numbers that are read', each((update) => tf.mul(update, update.dataSync()[0] ?? 0)), pureNames.engines],
  ['a difference of nearly equal numbers', each((update) => tf.sub(tf.add(update, 1e4), 1e4)), pureNames.engines],
  [
    'a state with a name that the file format reserves',
    {
      init: () => ({ __metadata__: parameter({}, constant(1)) }),
      update: (gradients, state) => ({ updates: gradients, state }),
    },
    'state survives a checkpoint',
  ],
  ['the sign of the gradient', each((update) => tf.neg(update)), 'the updates descend'],
  ['updates that are far too large', each((update) => tf.mul(update, 100)), 'the updates descend'],
];

describe('optimizers', () => {
  testFindings(
    (optimizer) => optimizerLaws({ optimizer }),
    [
      ['an optimizer', right],
      ['an optimizer without state', scaleByLearningRate(constantSchedule(rate))],
    ],
    broken,
  );
});

const inverse: Schedule = (step) => tf.div(0.1, tf.sqrt(tf.add(step, 1)));

describe('schedules', () => {
  testFindings(
    (schedule) => scheduleLaws({ schedule }),
    [['a schedule', inverse]],
    [
      ['a division by zero', (step) => tf.div(0.1, step), 'every step has a finite rate of 0 or more'],
      ['a rate below 0', (step) => tf.sub(1, tf.mul(step, 1e-3)), 'every step has a finite rate of 0 or more'],
      ['a list', () => tf.tensor1d([0.1]), 'every step has a finite rate of 0 or more'],
      ['a counter', (step) => tf.add(step, calls++), pureNames.repeat],
      [
        'the step is changed',
        (step) => {
          step.dataSync()[0] = 3;
          return inverse(step);
        },
        'schedule leaves its arguments as they are',
      ],
      ['a tensor is kept', (step) => tf.keep(inverse(step)), pureNames.memory],
      ['a step that is read', (step) => tf.scalar(1 / ((step.dataSync()[0] ?? 0) + 1)), pureNames.engines],
    ],
  );
});
