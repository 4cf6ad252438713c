import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import { entries, showPath } from '../core/tree.js';

/** Training diverged: a loss or a parameter is not finite. */
export interface DivergedError extends Failure<'DivergedError'> {
  /** From 1. */
  readonly epoch: number;
  /** From 1, over the whole run. */
  readonly step: number;
}

export const diverged = (what: string, epoch: number, step: number): DivergedError => ({
  _tag: 'DivergedError',
  epoch,
  step,
  message: `${what} at step ${step}, in epoch ${epoch}. Try a lower learning rate, a longer warm-up or clipping`,
});

// A plain loop: `every` takes a second over the state of a large model.
const finite = (data: ArrayLike<number>): boolean => {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
};

/** The path of the first leaf with a value that is not finite. */
export const notFinite = (state: unknown): string | undefined =>
  entries<HostTensor>(state)
    .filter(([, { data }]) => !finite(data))
    .map(([path]) => showPath(path))[0];
