/** State of a layer changes in training only, as it is declared. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { entries, showPath } from '../../core/tree.js';
import { numbersOf, onCpu, tensorOf, tensorsOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { trained } from './in-training.js';
import { type LayerCase, type Sample, statePaths, withSample } from './subject.js';

const stateProblem = ({ layer, declaration, params, x, drawKey }: Sample): Problem => {
  const given = { params: tensorsOf(params), x: tensorOf(x) };
  const { updates } = trained(layer, given, drawKey);
  const state = statePaths(declaration.params);
  for (const [position, [path]] of entries<Tensor>(given.params).entries()) {
    const [shown, next] = [showPath(path), updates[position]];
    if (next !== undefined && !state.includes(shown)) return `apply updates '${shown}', which is declared as learned`;
    if (next === undefined && state.includes(shown)) return `a training step does not update the state '${shown}'`;
    if (next !== undefined && !numbersOf(next).every(Number.isFinite))
      return `the next value of the state '${shown}' has numbers that are not finite`;
  }
  return undefined;
};

/** A training step gives every state of a layer its next value, and only that. */
export const stateIsUpdated = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'training updates every state, and nothing else',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => stateProblem(sample))),
    lookAt: 'update(context, params.…, …) in apply, and stateParameter in init',
    runs: 1,
  });
