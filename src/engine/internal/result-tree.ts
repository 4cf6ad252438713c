import { scalar, Tensor } from '@tensorflow/tfjs-core';
import { entries, type MapTree, showPath, unflatten } from '../../core/tree.js';
import { refusal } from './refusal.js';

/** The tensors that a function returned, and how to replace them by other leaves. */
export interface ResultTree<B> {
  readonly tensors: readonly Tensor[];
  readonly withLeaves: <X>(leaves: readonly X[]) => MapTree<B, X>;
}

/** Flattens the result of a function. A number becomes a scalar; any other leaf that is not a tensor is an error. */
export const resultTree = <B>(result: B): ResultTree<B> => {
  if (result instanceof Promise) {
    throw refusal('function-threw', 'the function is async: an engine runs pure, synchronous functions of tensors');
  }
  const leaves = entries<unknown>(result);
  const tensors = leaves.map(([path, leaf]) => {
    if (leaf instanceof Tensor) return leaf;
    if (typeof leaf === 'number') return scalar(leaf);
    const where = path.length === 0 ? 'the result' : `the result's ${showPath(path)}`;
    throw refusal(
      'function-threw',
      `${where} must be a tensor or a number, got ${leaf === null ? 'null' : typeof leaf}`,
    );
  });
  // Only the structure is stored: the tensors may be disposed.
  const structure = unflatten(result)(leaves.map(() => 0));
  // The structure has numbers where the result has tensors, and both are leaves.
  return {
    tensors,
    withLeaves: <X>(replacements: readonly X[]) => unflatten(structure)(replacements) as MapTree<B, X>,
  };
};
