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
