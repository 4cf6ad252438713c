import type { EpochRecord } from './progress.js';

/** When training ends before its last epoch: after so many epochs in a row whose validation was no better than the best before them. */
export interface EarlyStopping<N extends string = string> {
  /** A metric of the objective. */
  readonly metric: N;
  /** Which of its values is better. */
  readonly best: 'highest' | 'lowest';
  /** How many epochs without a better value, 1 or more. */
  readonly patience: number;
}

/**
 * The epoch with the best validation, the first of equal ones; undefined where nothing was validated.
 *
 * @example
 * const best = ({ history }: Progress) => bestEpoch({ metric: 'top1', best: 'highest' })(history);
 */
export const bestEpoch =
  ({ metric, best }: Pick<EarlyStopping, 'metric' | 'best'>) =>
  (history: readonly EpochRecord[]): EpochRecord | undefined => {
    const scoreOf = ({ validation }: EpochRecord): number => validation?.[metric] ?? Number.NaN;
    const isBetter = (a: number, b: number): boolean => (best === 'highest' ? a > b : a < b);
    return history
      .filter((record) => !Number.isNaN(scoreOf(record)))
      .reduce<EpochRecord | undefined>(
        (before, record) => (before === undefined || isBetter(scoreOf(record), scoreOf(before)) ? record : before),
        undefined,
      );
  };

/**
 * Where a run with this history ends early, and its best epoch; undefined where it goes on. Only the history counts, so a run that is stopped
 * and resumed ends at the same epoch.
 *
 * @example
 * const isOver = ({ history }: Progress) => earlyEnd({ metric: 'top1', best: 'highest', patience: 5 })(history) !== undefined;
 */
export const earlyEnd =
  (stopping: EarlyStopping) =>
  (history: readonly EpochRecord[]): { readonly epoch: number; readonly best: number } | undefined => {
    const [best, last] = [bestEpoch(stopping)(history), history.at(-1)];
    return best !== undefined && last !== undefined && last.epoch - best.epoch >= stopping.patience
      ? { epoch: last.epoch, best: best.epoch }
      : undefined;
  };
