/**
 * Resolves after the event loop had a turn. Between calls, timers, signals and progress bars get theirs. Browsers have no
 * setImmediate, and a timer of 0 ms takes 1 ms on Node.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
