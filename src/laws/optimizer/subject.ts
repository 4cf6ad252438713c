/**
 * What a law of optimizers is about: an optimizer, the parameters that it updates and, for each case, numbers.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { initialize, type ParameterSpec, parameter } from '../../core/declaration.js';
import { float32, type HostTensor } from '../../core/host-tensor.js';
import { ones } from '../../core/initializers.js';
import { fold, type Key, key } from '../../core/key.js';
import { map } from '../../core/tree.js';
import type { Optimizer, OptimizerState } from '../../train/optimizer/optimizer.js';
import { hostOf, noise, onCpu, tensorOf, treeOf } from '../internal/tensors.js';

/**
 * An optimizer, or a link of a chain.
 *
 * @example
 * const subject: OptimizerSubject = { optimizer: clipByGlobalNorm(1) };
 */
export interface OptimizerSubject {
  readonly optimizer: Optimizer;
  /** The declared parameters, a tree of `parameter`. Default: a matrix, a vector and a scalar, nested. */
  readonly params?: unknown;
}

/** An optimizer with a seed for its parameters and gradients. */
export interface OptimizerCase {
  readonly optimizer: Optimizer;
  readonly params: unknown;
  readonly seed: number;
}

const usualParameters: unknown = {
  blocks: [{ weight: parameter({ in: 2, out: 3 }, ones) }, { bias: parameter({ out: 3 }, ones) }],
  temperature: parameter({}, ones),
};

/** Cases print as their seed. */
export const casesOf = ({ optimizer, params = usualParameters }: OptimizerSubject): fc.Arbitrary<OptimizerCase> =>
  fc.nat(9999).map((seed) => ({ optimizer, params, seed, [fc.toStringMethod]: () => `seed ${seed}` }));

/** Standard normal numbers for every parameter. */
const drawn = (seed: Key, params: unknown): unknown =>
  map<ParameterSpec, HostTensor>(({ shape }, path) => noise(path.reduce(fold, seed), shape))(params);

/** What an update takes. */
export interface UpdateArguments {
  readonly gradients: unknown;
  readonly state: OptimizerState;
  readonly params: unknown;
  readonly step: Tensor;
}

/** The same in host memory. */
export type HostArguments = { readonly [K in keyof UpdateArguments]: unknown };

export const updateWith =
  (optimizer: Optimizer) =>
  ({ gradients, state, params, step }: UpdateArguments) =>
    optimizer.update(gradients, state, params, step);

/** Initial state, in host memory. */
export const initialState = ({ optimizer, params, seed }: OptimizerCase): unknown =>
  initialize(fold(key(seed), 'state'))(optimizer.init(params));

/** The arguments of the update after so many, in host memory; `visit` sees each result before it. */
export const argumentsAfter = (
  given: OptimizerCase,
  updates: number,
  visit: (result: ReturnType<ReturnType<typeof updateWith>>) => void = () => {},
): Promise<HostArguments> =>
  onCpu(() => {
    const root = key(given.seed);
    const params = drawn(fold(root, 'params'), given.params);
    const hosts = (step: number, state: unknown) => ({
      gradients: drawn(fold(fold(root, 'gradients'), step), given.params),
      state,
      params,
      step: float32([], [step]),
    });
    let state = initialState(given);
    for (let step = 0; step < updates; step++) {
      const result = updateWith(given.optimizer)(treeOf<UpdateArguments>(tensorOf, hosts(step, state)));
      visit(result);
      state = map<Tensor, HostTensor>(hostOf)(result.state);
    }
    return hosts(updates, state);
  });
