import { scalar, Tensor } from '@tensorflow/tfjs-core';
import { entries, showPath, unflatten } from '../../core/tree.js';
import { refusal } from './refusal.js';

/** What a function answered: its tensors and how to put others in their places. */
export interface Answer<B> {
  readonly tensors: readonly Tensor[];
  readonly withLeaves: <X>(leaves: readonly X[]) => B;
}

/** Takes a function's answer apart. A number in it becomes a scalar; anything else that is no tensor is refused. */
export const answerOf = <B>(answer: unknown): Answer<B> => {
  if (answer instanceof Promise) {
    throw refusal('function-threw', 'the function is async: an engine runs pure, synchronous functions of tensors');
  }
  const leaves = entries<unknown>(answer);
  const tensors = leaves.map(([path, leaf]) => {
    if (leaf instanceof Tensor) return leaf;
    if (typeof leaf === 'number') return scalar(leaf);
    const where = path.length === 0 ? 'the answer' : `the answer's ${showPath(path)}`;
    throw refusal(
      'function-threw',
      `${where} must be a tensor or a number, got ${leaf === null ? 'null' : typeof leaf}`,
    );
  });
  // Only the structure is kept: the tensors may be disposed.
  const structure = unflatten(answer)(leaves.map(() => 0));
  return { tensors, withLeaves: (replacements) => unflatten(structure)(replacements) as B };
};
