import { engine, type Tensor } from '@tensorflow/tfjs-core';
import { withOverrides } from './with-overrides.js';

/**
 * Runs `body`. If it throws, disposes the tensors that it marked with `keep`: tfjs keeps what a gradient needs and releases
 * it only on success. If it returns, disposes those for which `survives` is false.
 */
export const disposeKeptOnThrow = <R>(body: () => R, survives: (result: R, tensor: Tensor) => boolean): R => {
  const kept = new Set<Tensor>();
  const keep = <T extends Tensor>(tensor: T): T => {
    // A tensor that was kept before belongs to the caller.
    if (!tensor.kept) kept.add(tensor);
    tensor.kept = true;
    return tensor;
  };
  const surviving = new Set<Tensor>();
  try {
    const result = withOverrides(engine(), { keep }, body);
    for (const tensor of kept) if (survives(result, tensor)) surviving.add(tensor);
    return result;
  } finally {
    for (const tensor of kept) if (!surviving.has(tensor) && !tensor.isDisposed) tensor.dispose();
  }
};
