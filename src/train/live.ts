import { initialize } from '../core/declaration.js';
import type { HostTensor } from '../core/host-tensor.js';
import { showPath } from '../core/tree.js';
import type { Values } from '../engine/engine.js';
import { declareRest } from './check-start.js';
import { tensorsByPath } from './checkpoint.js';
import type { FitOptions, Start } from './fit-options.js';
import { noTotals, type Totals } from './metric.js';
import { mapAverages } from './optimizer/averages.js';
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
  const { step, ...declared } = initialize(key)(declareRest(start.params, optimizer));
  const params = tensorsByPath(start.params);
  // Before the first update, the averages are the parameters.
  const averaged = mapAverages(optimizer)<HostTensor>((zeros, path) => params[showPath(path)] ?? zeros);
  const state = { params: start.params, optimizer: averaged(declared.optimizer), step };
  return { state: engine.fromHost<TrainState<P>>(state as never), progress: beginning, ...rest };
};
