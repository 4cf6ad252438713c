import type { Summary } from './metric.js';
import type { EpochRecord, Progress } from './progress.js';

/** What happens during training, in order, for progress bars, logs and reports. */
export type FitEvent<N extends string = string> =
  /** What the user should know about the pipeline, or about how a resumed run differs from the one that began. */
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'step';
      /** From 1. */
      readonly epoch: number;
      readonly epochs: number;
      /** How many of the epoch's `batches` are done. */
      readonly batch: number;
      readonly batches: number;
      /** How many examples the step took in. */
      readonly examples: number;
      /** The metrics of this step's batch alone, measured before its update. */
      readonly metrics: Summary<N>;
      /** The same over the batches of this epoch so far. */
      readonly epochMetrics: Summary<N>;
      /** That of this step; missing where the optimizer reports none. */
      readonly learningRate?: number;
    }
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  /** Training ends before its last epoch: the epochs after `best` were no better. */
  | { readonly kind: 'early-end'; readonly epoch: number; readonly best: number }
  /** Training was asked to stop; the last snapshot is saved. */
  | { readonly kind: 'stopped'; readonly progress: Progress };
