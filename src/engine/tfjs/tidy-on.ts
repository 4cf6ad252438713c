import { engine, getBackend, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { disposeKeptOnThrow } from '../../core/tfjs/dispose-on-throw.js';
import { withOverrides } from '../../core/tfjs/with-overrides.js';
import { FRAMES } from '../internal/caller.js';

/** What a function made: the tensors that stay, and anything else. */
interface Made {
  readonly tensors: readonly Tensor[];
}

/** Runs `body` on a tfjs backend that is already initialized, then restores the current backend. */
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

// tfjs's tidy, for functions that return more than tensors.
const tidied = <R extends Made>(body: () => R): R => {
  const tfjs = engine();
  tfjs.startScope();
  try {
    const made = body();
    tfjs.endScope([...made.tensors]);
    return made;
  } catch (thrown) {
    tfjs.endScope();
    throw thrown;
  }
};

/**
 * Runs a function on a backend and frees every tensor that it made except `tensors` of its result, also when it throws:
 * gradients in progress hold tensors with `keep`, which tidy alone would not free. Exceptions keep enough frames to say which line called
 * the operation.
 */
export const tidyOn = <R extends Made>(backend: string, body: () => R): R =>
  onBackend(backend, () =>
    disposeKeptOnThrow(
      () => withOverrides(Error, { stackTraceLimit: FRAMES }, () => tidied(body)),
      ({ tensors }, tensor) => tensors.includes(tensor),
    ),
  );
