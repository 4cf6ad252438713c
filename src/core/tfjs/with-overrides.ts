/** Runs `body` while members of an object are replaced, and restores them afterwards, also if `body` throws. */
export const withOverrides = <T extends object, R>(target: T, members: Partial<T>, body: () => R): R => {
  const own = Object.keys(members).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  // Mutates a global on purpose: neither tfjs nor Math has a hook for what a function calls.
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
