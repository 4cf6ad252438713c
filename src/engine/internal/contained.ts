import { engine, getBackend, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** Runs `body` while members of an object are replaced; they are as before afterwards, also when it throws. */
export const replacing = <T extends object, R>(target: T, members: Partial<T>, body: () => R): R => {
  const own = Object.keys(members).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  // Mutates a global on purpose: tfjs and Math offer no other way to be told what a function does.
  Object.assign(target, members);
  try {
    return body();
  } finally {
    for (const [name, before] of own) {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    }
  }
};

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
  onBackend(backend, () => {
    const kept = new Set<Tensor>();
    const tfjs = engine();
    let answered: readonly Tensor[] = [];
    try {
      answered = replacing(
        tfjs,
        {
          keep: (tensor) => {
            // A tensor that is kept already is the caller's, not ours.
            if (!tensor.kept) kept.add(tensor);
            tensor.kept = true;
            return tensor;
          },
        },
        () => tidy(() => [...body()]),
      );
      return answered;
    } finally {
      for (const tensor of kept) if (!answered.includes(tensor) && !tensor.isDisposed) tensor.dispose();
    }
  });
