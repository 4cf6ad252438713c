/**
 * An optimizer is a pair: `init` declares its state for declared parameters, `update` turns gradients into updates, which
 * are added to the parameters. Optimizers are chained like layers: each link receives the updates of the one before it.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tree of tensors, or of their declarations. In a chain, each link has its state under its name. */
export type OptimizerState = Readonly<Record<string, unknown>>;

export interface Optimizer {
  /** Declares the state, before any tensor exists. */
  readonly init: (params: unknown) => OptimizerState;
  /**
   * The first link receives the gradients as `updates`; those that the last one returns are added to `params`. `step` is the
   * number of updates before this one.
   */
  readonly update: <P>(updates: P, state: OptimizerState, params: P, step: Tensor) => Update<P>;
}

/** The result of an update. */
export interface Update<P> {
  readonly updates: P;
  readonly state: OptimizerState;
  /** Scalars to report as metrics of the step: `learningRate`, for instance. */
  readonly report?: Readonly<Record<string, Tensor>>;
}

/** A link without state. */
export const stateless = (f: <P>(updates: P, params: P, step: Tensor) => P): Optimizer => ({
  init: () => ({}),
  update: (updates, state, params, step) => ({ updates: f(updates, params, step), state }),
});

/**
 * Applies links in order. Their names make the state readable: `state.adam.variance.blocks[0]…`.
 *
 * Laws: `chain({})` changes nothing; nested chains compute the same as the flat chain.
 *
 * @example
 * chain({ clip: clipByGlobalNorm(1), adam: scaleByAdam(), rate: scaleByLearningRate(constantSchedule(1e-3)) })
 */
export const chain = (links: Readonly<Record<string, Optimizer>>): Optimizer => ({
  init: (params) => Object.fromEntries(Object.entries(links).map(([name, link]) => [name, link.init(params)])),
  update: (gradients, before, params, step) =>
    Object.entries(links).reduce<Required<Update<typeof gradients>>>(
      ({ updates, state, report }, [name, link]) => {
        const next = link.update(updates, before[name] as OptimizerState, params, step);
        return {
          updates: next.updates,
          state: { ...state, [name]: next.state },
          report: { ...report, ...next.report },
        };
      },
      { updates: gradients, state: {}, report: {} },
    ),
});
