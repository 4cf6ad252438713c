import { getBackend, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { disposeKeptOnThrow } from '../../core/tfjs/dispose-on-throw.js';

/** Runs `body` on a tfjs backend that is already initialized; the current backend is as before afterwards. */
const onBackend = <R>(backend: string, body: () => R): R => {
  const before = getBackend();
  // With an initialized backend all of setBackend happens before its promise is returned.
  void setBackend(backend);
  try {
    return body();
  } finally {
    if (before) void setBackend(before);
  }
};

/**
 * Runs a function of tensors on a backend and leaves nothing behind but the tensors that it answers, also when it
 * throws: gradients under way hold tensors with `keep`, which tidy alone would not free.
 */
export const contained = (backend: string, body: () => readonly Tensor[]): readonly Tensor[] =>
  onBackend(backend, () =>
    disposeKeptOnThrow(
      () => tidy(() => [...body()]),
      (answered, tensor) => answered.includes(tensor),
    ),
  );
