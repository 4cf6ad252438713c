/**
 * State of layers: leaves of the parameters that no gradient changes, such as the running statistics of batch normalization. A layer
 * declares them with `stateParameter` and gives their next values with `update`; a training step puts these in place of the old ones.
 *
 * So state is saved, restored, copied and evaluated with like every parameter, and a training step stays a pure function.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Context } from './context.js';
import { type ParameterSpec, parameter } from './declaration.js';
import type { Initializer } from './initializers.js';
import { requireThat } from './require.js';
import { leaves } from './tree.js';

/**
 * Declares a parameter that is not learned but updated by its layer.
 *
 * @example
 * const seen = stateParameter({}, zeros);
 */
export const stateParameter = (sizes: Readonly<Record<string, number>>, initializer: Initializer): ParameterSpec => ({
  ...parameter(sizes, initializer),
  learned: false,
});

/**
 * In a training step, gives the next value of a state, a leaf of the parameters that the layer was given. A layer does so once in every
 * step. Elsewhere, as in evaluation, nothing is computed.
 *
 * @example
 * const counting: Layer<{ readonly seen: Tensor<[]> }, Axes, Same> = {
 *   init: (input) => E.right(declare({ seen: stateParameter({}, zeros) }, input)),
 *   apply: (params, x, context) => {
 *     update(context, params.seen, () => tf.add(params.seen, 1));
 *     return x;
 *   },
 * };
 */
export const update = (context: Context, leaf: Tensor, next: () => Tensor): void => {
  context.update?.(context, leaf, next());
};

/** The updates of one application, by the position of their leaf in the parameters. */
export interface Updates {
  readonly receive: NonNullable<Context['update']>;
  readonly byPosition: () => Readonly<Record<string, Tensor>>;
}

/** Collects the updates of the state in these parameters. Refuses an update of another tensor, of another shape, or a second one. */
export const collectUpdates = (params: unknown): Updates => {
  const known = leaves<Tensor>(params);
  // Mutated while the model is applied, as the list of `observe`.
  const updates = new Map<number, Tensor>();
  return {
    receive: (context, leaf, next) => {
      const position = known.indexOf(leaf);
      requireThat(context, position >= 0, 'an update of a leaf of the parameters', 'one of another tensor');
      requireThat(context, !updates.has(position), 'one update of a state in a step', 'a second one of the same');
      const [expected, given] = [leaf.shape, next.shape].map((shape) => `[${shape.join(', ')}]`);
      requireThat(context, expected === given, `the next value of a state of ${expected}`, `${given}`);
      updates.set(position, next);
    },
    byPosition: () => Object.fromEntries(updates),
  };
};
