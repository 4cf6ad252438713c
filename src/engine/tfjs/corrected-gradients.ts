/**
 * Gradients that tfjs 4.22 lacks or has wrong, on every engine.
 *
 * @module
 */
import { expandDims, getGradient, mul, oneHot, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import { composites } from './composites.js';
import { at, gradientsOf, replaceGradient, single } from './gradient-registry.js';
import { registerWindowGradients } from './window-gradients.js';

/** The gradient of a kernel is that of the equal expression. */
const registerComposites = (): void => {
  for (const [kernelName, { inputs, differentiable, compose }] of Object.entries(composites)) {
    replaceGradient({
      kernelName,
      ...(inputs === undefined ? { saveAllInputs: true } : { inputsToSave: [...inputs] }),
      gradFunc: (dy, saved: Tensor[], attributes) => {
        const names = (inputs ?? saved.map((_, i) => String(i))).slice(0, differentiable);
        return gradientsOf((given) => compose(given, attributes), saved, names, single(dy));
      },
    });
  }
};

// The sum over the axes along which a tensor of this shape was repeated.
const summedTo = (x: Tensor, shape: readonly number[]): Tensor => {
  const leading = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter(
    (axis) => axis < leading || (shape[axis - leading] === 1 && x.shape[axis] !== 1),
  );
  return axes.length === 0 ? x : reshape(sum(x, axes), [...shape]);
};

/** Kernels whose gradients in tfjs have the shape of the result where an operand was broadcast (tensorflow/tfjs #8721). */
const BROADCAST = ['BatchMatMul', 'Maximum', 'Minimum', 'SquaredDifference'];

const registerBroadcast = (kernelName: string): void => {
  const config = getGradient(kernelName);
  if (config === undefined) return;
  replaceGradient({
    ...config,
    gradFunc: (dy, saved: Tensor[], attributes) => {
      const whole = config.gradFunc(dy, saved, attributes);
      const names = ['a', 'b'];
      return Object.fromEntries(
        names.map((name, i) => [name, () => summedTo(whole[name]?.() ?? single(dy), at(saved, i).shape)]),
      );
    },
  });
};

const registerTopK = (): void =>
  replaceGradient({
    kernelName: 'TopK',
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: (dy, saved: Tensor[]) => ({
      x: () => {
        const [x, positions] = [at(saved, 0), at(saved, 1)];
        const chosen = oneHot(positions, x.shape.at(-1) ?? 1, 1, 0, 'float32');
        return sum(mul(chosen, expandDims(single(dy), -1)), -2);
      },
    }),
  });

/** Registers the gradients of this module. tfjs's registry is global. */
export const registerCorrectedGradients = (): void => {
  registerComposites();
  for (const kernelName of BROADCAST) registerBroadcast(kernelName);
  registerWindowGradients();
  registerTopK();
};
