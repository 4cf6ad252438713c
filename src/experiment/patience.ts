import { type EarlyStopping, earlyEnd } from '../train/early-stopping.js';
import type { Progress } from '../train/progress.js';
import type { ExperimentConfig } from './config.js';

type Ending = Pick<ExperimentConfig, 'epochs' | 'patience'>;

/** What an epoch is judged by: the accuracy on the validation images. */
export const judgedBy = { metric: 'top1', best: 'highest' } as const;

/** When the training of a model ends before its last epoch; undefined if it does not. */
export const earlyStoppingOf = ({ patience }: Pick<Ending, 'patience'>): EarlyStopping<'top1'> | undefined =>
  patience === undefined ? undefined : { ...judgedBy, patience };

/** Whether the training of a model is at its end: after its last epoch, or before it without patience for another one. */
export const isAtItsEnd = (config: Ending, { epoch, history }: Progress): boolean => {
  const stopping = earlyStoppingOf(config);
  return epoch >= config.epochs || (stopping !== undefined && earlyEnd(stopping)(history) !== undefined);
};
