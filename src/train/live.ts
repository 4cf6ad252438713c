import { initialize } from '../core/declaration.js';
import type { Values } from '../engine/engine.js';
import { declareRest } from './check-start.js';
import type { FitOptions, Start } from './fit-options.js';
import { noTotals, type Totals } from './metric.js';
import { beginning, type Progress } from './progress.js';
import type { TrainState } from './step.js';

/** The state of training held by an engine, with how far it is. */
export interface Live<P> {
  readonly state: Values<TrainState<P>>;
  readonly progress: Progress;
  /** What the validation batches of this epoch measured so far. */
  readonly validation: Totals;
  /** When the work that `progress.seconds` does not count yet began: a time of `performance.now()`. */
  readonly since: number;
}

/** Copies the state at the start into the engine. */
export const liveAt = <P, Input, Output, Target, N extends string>(
  { engine, optimizer, key }: Pick<FitOptions<P, Input, Output, Target, N>, 'engine' | 'optimizer' | 'key'>,
  start: Start<P>,
): Live<P> => {
  const rest = { validation: noTotals, since: performance.now() };
  if ('state' in start)
    return { state: engine.fromHost<TrainState<P>>(start.state), progress: start.progress, ...rest };
  // In the order of the state that a step returns: another one would be compiled anew.
  const state = { params: start.params, ...initialize(key)(declareRest(start.params, optimizer)) };
  return { state: engine.fromHost<TrainState<P>>(state as never), progress: beginning, ...rest };
};
