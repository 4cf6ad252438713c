import { getGradient, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { replaceGradient } from './gradient-registry.js';

/** The operations for which tfjs has no gradient although it is zero wherever it exists, and the names of their inputs. */
const missing: Readonly<Record<string, readonly string[]>> = {
  Equal: ['a', 'b'],
  NotEqual: ['a', 'b'],
  Greater: ['a', 'b'],
  Less: ['a', 'b'],
  LessEqual: ['a', 'b'],
  LogicalAnd: ['a', 'b'],
  LogicalOr: ['a', 'b'],
  LogicalNot: ['x'],
};

/** tfjs's gradient of this one has the type of the input, and is refused where that is not float32. */
const ofWrongType = { GreaterEqual: ['a', 'b'] };

const register = (kernelName: string, inputs: readonly string[]): void =>
  replaceGradient({
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (_, saved: Tensor[]) =>
      Object.fromEntries(inputs.map((input, i) => [input, () => zeros(saved[i]?.shape ?? [], 'float32')])),
  });

/**
 * Registers zero gradients of comparisons and logic, as TensorFlow, PyTorch and JAX have them. Without them a loss with a condition on a
 * differentiated value fails. A gradient that somebody else has registered stays.
 */
export const registerZeroGradients = (): void => {
  for (const [kernelName, inputs] of Object.entries(missing))
    if (getGradient(kernelName) === undefined) register(kernelName, inputs);
  for (const [kernelName, inputs] of Object.entries(ofWrongType)) register(kernelName, inputs);
};
