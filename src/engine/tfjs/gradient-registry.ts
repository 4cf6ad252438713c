import {
  engine,
  type GradConfig,
  getGradient,
  grad,
  registerGradient,
  type Tensor,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import { withOverrides } from '../../core/tfjs/with-overrides.js';

/** Registers a gradient in place of the one that tfjs has, if any; tfjs would warn of a replacement. */
export const replaceGradient = (config: GradConfig): void => {
  if (getGradient(config.kernelName) !== undefined) unregisterGradient(config.kernelName);
  registerGradient(config);
};

// tfjs sets its tape to null after every gradient. Here it is in the middle of another one, which still needs its own.
const nested = <R>(body: () => R): R => {
  const { state } = engine();
  return withOverrides(state, { activeTape: state.activeTape }, body);
};

/** The gradients of an expression with respect to its first inputs, by name. */
export const gradientsOf = (
  compose: (inputs: readonly Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  names: readonly string[],
  dy: Tensor,
): ReturnType<GradConfig['gradFunc']> =>
  Object.fromEntries(
    names.map((name, i) => [
      name,
      () => nested(() => grad((x: Tensor) => compose(inputs.with(i, x)))(at(inputs, i), dy)),
    ]),
  );

/** The element of a list that tfjs gives; it has one for each input. */
export const at = (tensors: readonly Tensor[], position: number): Tensor => {
  const found = tensors[position];
  if (found === undefined) throw new Error(`tfjs saved ${tensors.length} tensors, and none at ${position}`);
  return found;
};

/** tfjs gives a list only to kernels with several results. */
export const single = (dy: Tensor | Tensor[]): Tensor => (Array.isArray(dy) ? at(dy, 0) : dy);
