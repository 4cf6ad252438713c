import { engine, type Tensor } from '@tensorflow/tfjs-core';
import { replacing } from './replacing.js';

/**
 * Runs `body` and frees the tensors that were held with `keep` meanwhile if it throws: tfjs holds what a gradient needs in
 * this way, and lets go of it only when all goes well. When all goes well, `spare` says which of them stay.
 */
export const freeingKept = <R>(body: () => R, spare: (result: R, tensor: Tensor) => boolean): R => {
  const kept = new Set<Tensor>();
  const keep = <T extends Tensor>(tensor: T): T => {
    // A tensor that is kept already is the caller's, not ours.
    if (!tensor.kept) kept.add(tensor);
    tensor.kept = true;
    return tensor;
  };
  const spared = new Set<Tensor>();
  try {
    const result = replacing(engine(), { keep }, body);
    for (const tensor of kept) if (spare(result, tensor)) spared.add(tensor);
    return result;
  } finally {
    for (const tensor of kept) if (!spared.has(tensor) && !tensor.isDisposed) tensor.dispose();
  }
};
