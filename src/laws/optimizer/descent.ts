/** The updates of an optimizer lead downhill. */
import { scalar, tensor1d } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { parameter } from '../../core/declaration.js';
import { ones } from '../../core/initializers.js';
import type { Optimizer, OptimizerState } from '../../train/optimizer/optimizer.js';
import { numbersOf, onCpu, tensorOf, treeOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { initialState, type OptimizerCase } from './subject.js';

type Place = readonly [x: number, y: number];

interface Landscape {
  readonly name: string;
  readonly start: Place;
  readonly loss: (at: Place) => number;
  readonly gradient: (at: Place) => Place;
}

const parabola: Landscape = {
  name: 'a parabola',
  start: [2, -1.5],
  loss: ([x, y]) => (x - 0.5) ** 2 + 4 * (y + 0.25) ** 2,
  gradient: ([x, y]) => [2 * (x - 0.5), 8 * (y + 0.25)],
};
/** A curved valley like Rosenbrock's, but less steep: its floor is y = x², its minimum (1, 1). */
const valley: Landscape = {
  name: 'a bent valley',
  start: [-1, 1.5],
  loss: ([x, y]) => (1 - x) ** 2 + 3 * (y - x * x) ** 2,
  gradient: ([x, y]) => [-2 * (1 - x) - 12 * x * (y - x * x), 6 * (y - x * x)],
};

/** How far down an optimizer must come. */
export interface Descent {
  readonly steps: number;
  /** The loss after these steps, as a part of the loss at the start. */
  readonly to: number;
}

const lossAfter = (optimizer: Optimizer, { start, loss, gradient }: Landscape, steps: number): number => {
  const params = { weight: parameter({ out: 2 }, ones) };
  let state = treeOf<OptimizerState>(tensorOf, initialState({ optimizer, params, seed: 0 }));
  let at = start;
  for (let step = 0; step < steps; step++) {
    const slope = { weight: tensor1d([...gradient(at)]) };
    const next = optimizer.update(slope, state, { weight: tensor1d([...at]) }, scalar(step));
    const [x = Number.NaN, y = Number.NaN] = numbersOf(next.updates.weight);
    at = [Math.fround(at[0] + x), Math.fround(at[1] + y)];
    state = next.state;
  }
  return loss(at);
};

const descentProblem = (optimizer: Optimizer, { steps, to }: Descent): Problem => {
  for (const landscape of [parabola, valley]) {
    const [before, after] = [0, steps].map((count) => lossAfter(optimizer, landscape, count));
    if (before === undefined || after === undefined || !(after <= to * before))
      return `down ${landscape.name}, the loss goes from ${before} to ${after} in ${steps} steps, and not to ${to} of it`;
  }
  return undefined;
};

/** Updates are added to the parameters: on two smooth landscapes they lower the loss. */
export const descends = (cases: fc.Arbitrary<OptimizerCase>, descent: Descent): Law =>
  makeLaw({
    name: 'the updates descend',
    cases,
    problemOf: ({ optimizer }) => onCpu(() => descentProblem(optimizer, descent)),
    lookAt:
      'the sign of the updates, and the learning rate: for one that is small on purpose, give descent with more steps',
    runs: 1,
  });
