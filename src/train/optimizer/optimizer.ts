/**
 * An optimizer is a pair: `init` declares its state for declared parameters, `update` turns gradients into updates, which
 * are added to the parameters. Optimizers are chained like layers: each link receives the updates of the one before it.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Mask, Path } from '../../core/tree.js';

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
  /**
   * The parameters that stay as they are. A step computes no gradients for them, and `init` and `update` get trees without them. Default:
   * none.
   */
  readonly frozen?: Mask;
  /** Where the state has averages of the parameters, which are evaluated in their place. */
  readonly averages?: Path;
}

/** The result of an update. */
export interface Update<P> {
  readonly updates: P;
  readonly state: OptimizerState;
  /** Scalars to report as metrics of the step: `learningRate`, for instance. */
  readonly report?: Readonly<Record<string, Tensor>>;
}

/** The parameters that an optimizer trains. */
export const trainedBy =
  ({ frozen }: Optimizer): Mask =>
  (path) =>
    frozen === undefined || !frozen(path);

/** A link without state. */
export const stateless = (f: <P>(updates: P, params: P, step: Tensor) => P): Optimizer => ({
  init: () => ({}),
  update: (updates, state, params, step) => ({ updates: f(updates, params, step), state }),
});

/**
 * Applies links in order. Their names make the state readable: `state.adam.variance.blocks[0]…`.
 *
 * What one of the links freezes is frozen for all. If several keep averages, those of the last one count.
 *
 * Laws: `chain({})` changes nothing; nested chains compute the same as the flat chain.
 *
 * @example
 * chain({ clip: clipByGlobalNorm(1), adam: scaleByAdam(), rate: scaleByLearningRate(constantSchedule(1e-3)) })
 */
export const chain = (links: Readonly<Record<string, Optimizer>>): Optimizer => ({
  ...frozenBy(Object.values(links)),
  ...averagesOf(links),
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

const frozenBy = (links: readonly Optimizer[]): Pick<Optimizer, 'frozen'> => {
  const masks = links.flatMap(({ frozen }) => frozen ?? []);
  return masks.length === 0 ? {} : { frozen: (path) => masks.some((mask) => mask(path)) };
};

const averagesOf = (links: Readonly<Record<string, Optimizer>>): Pick<Optimizer, 'averages'> =>
  Object.entries(links).reduce<Pick<Optimizer, 'averages'>>(
    (before, [name, { averages }]) => (averages === undefined ? before : { averages: [name, ...averages] }),
    {},
  );
