/** An optimizer gives what it declares: its state, and an update for every parameter. */
import { memory, type Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import type { HostTensor } from '../../core/host-tensor.js';
import { entries, showPath } from '../../core/tree.js';
import { differingLeaf, numbersOf, onCpu } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { argumentsAfter, initialState, type OptimizerCase } from './subject.js';

const stateProblem = (given: OptimizerCase): Problem => {
  const { optimizer, params } = given;
  const before = memory().numTensors;
  const [first, second] = [optimizer.init(params), optimizer.init(params)];
  if (memory().numTensors !== before) return `init makes ${memory().numTensors - before} tensors`;
  const again = differingLeaf(second, first);
  if (again !== undefined) return `init gives another state for the same parameters: ${again}`;
  const initial = initialState(given);
  for (const [path, { data }] of entries<HostTensor>(initial))
    if (!data.every(Number.isFinite)) return `the initial state ${showPath(path)} has numbers that are not finite`;
  const different = differingLeaf(initial, first);
  return different && `an initializer gives another tensor than the state declares: ${different}`;
};

/** `init` is pure and makes no tensor; the initial state is finite. */
export const stateIsDeclared = (cases: fc.Arbitrary<OptimizerCase>): Law =>
  makeLaw({
    name: 'the initial state is that which init declares',
    cases,
    problemOf: (given) => onCpu(() => stateProblem(given)),
    lookAt: 'init: it maps the declared parameters to declarations, as zerosLike does',
    runs: 1,
  });

const updatesProblem = async (given: OptimizerCase): Promise<Problem> => {
  const declared = given.optimizer.init(given.params);
  let problem: Problem;
  await argumentsAfter(given, 3, ({ updates, state }) => {
    const [other, another] = [differingLeaf(updates, given.params), differingLeaf(state, declared)];
    if (other !== undefined) problem ??= `the updates are not those of the parameters: ${other}`;
    if (another !== undefined) problem ??= `update returns another state than init declares: ${another}`;
    for (const [path, leaf] of entries<Tensor>({ updates, state }))
      if (!numbersOf(leaf).every(Number.isFinite)) problem ??= `${showPath(path)} has numbers that are not finite`;
  });
  return problem;
};

/** `update` returns a finite update for every parameter, and the state that `init` declares. */
export const updatesAreDeclared = (cases: fc.Arbitrary<OptimizerCase>): Law =>
  makeLaw({
    name: 'update returns an update for every parameter, and the state that init declares',
    cases,
    problemOf: updatesProblem,
    lookAt: 'what update returns: both trees have the structure of those that it takes',
    runs: 3,
  });
