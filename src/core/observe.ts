import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import type { Axes, Same, Tensor } from './axes.js';
import type { Context } from './context.js';
import type { Layer, OutputAxes } from './layer.js';
import { showPath } from './tree.js';

/** Shows an inner value to whoever observes the model; answers the value. Costs nothing when nobody does. */
export const show = <T extends CoreTensor>(context: Context, name: string, value: T): T => {
  context.show?.([...context.path, name], value);
  return value;
};

/**
 * Applies a layer and answers, beside its output, what its parts showed on the way, by path. Attention layers show their
 * `weights`, so the attention of any block of any composed model is
 * `observe(model)(params, images, evaluation).shown['blocks/3/attention/weights']`.
 *
 * Pure: the list that collects is made and read within the call.
 */
export const observe =
  <P, I extends Axes, O extends Axes | Same>(layer: Layer<P, I, O>) =>
  <A extends I>(
    params: P,
    x: Tensor<A>,
    context: Context,
  ): { readonly output: Tensor<OutputAxes<O, A>>; readonly shown: Readonly<Record<string, CoreTensor>> } => {
    const collected: [string, CoreTensor][] = [];
    const output = layer.apply(params, x, {
      ...context,
      show: (path, value) => collected.push([showPath(path), value]),
    });
    return { output, shown: Object.fromEntries(collected) };
  };
