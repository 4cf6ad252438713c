/**
 * An optimizer is a pair: `init` declares its state for declared parameters, `update` turns gradients into what is to be
 * added to the parameters. Optimizers are chained like layers; each link sees what the one before it made.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tree of tensors, or of their declarations: named by the links of a chain, then as each link has it. */
export type OptimizerState = Readonly<Record<string, unknown>>;

export interface Optimizer {
  /** Declares the state, before any tensor exists. */
  readonly init: (params: unknown) => OptimizerState;
  /**
   * `updates` come in as gradients at the first link and leave the last as what is added to `params`. `step` counts the
   * updates done before this one.
   */
  readonly update: <P>(
    updates: P,
    state: OptimizerState,
    params: P,
    step: Tensor,
  ) => { readonly updates: P; readonly state: OptimizerState };
}

/** A link that keeps nothing: `f` alone. */
export const stateless = (f: <P>(updates: P, params: P, step: Tensor) => P): Optimizer => ({
  init: () => ({}),
  update: (updates, state, params, step) => ({ updates: f(updates, params, step), state }),
});

/**
 * Links one after the other, by name, so that the state is readable: `state.adam.variance.blocks[0]…`.
 *
 * Laws: `chain({})` changes nothing; chains within chains compute what the flat chain does.
 *
 * @example
 * chain({ clip: clipByGlobalNorm(1), adam: scaleByAdam(), rate: scaleByLearningRate(constantSchedule(1e-3)) })
 */
export const chain = (links: Readonly<Record<string, Optimizer>>): Optimizer => ({
  init: (params) => Object.fromEntries(Object.entries(links).map(([name, link]) => [name, link.init(params)])),
  update: (gradients, before, params, step) =>
    Object.entries(links).reduce(
      ({ updates, state }, [name, link]) => {
        const next = link.update(updates, before[name] as OptimizerState, params, step);
        return { updates: next.updates, state: { ...state, [name]: next.state } };
      },
      { updates: gradients, state: {} as OptimizerState },
    ),
});
