import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import type { Axes, Same, Tensor } from './axes.js';
import type { Context } from './context.js';
import type { Layer, OutputAxes } from './layer.js';
import { showPath } from './tree.js';

/**
 * Shows an intermediate value to `observe`. The value is computed only if somebody observes, so a layer pays nothing
 * otherwise.
 */
export const show = (context: Context, name: string, value: () => CoreTensor): void => {
  context.show?.([...context.path, name], value());
};

/**
 * Applies a layer and returns, besides its output, the values that its parts showed, by path. Attention layers show their
 * `weights`, and locality attention its `temperature` as well.
 *
 * Pure: the list that collects the values exists only during the call.
 *
 * @example
 * const attentionOf = (params: VitParams, images: Tensor<Images>) =>
 *   observe(vit(quickstartModels.sl))(params, images, evaluation).shown['blocks/3/attention/weights'];
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
