import type { EpochRecord, Progress } from './checkpoint.js';
import type { Figures } from './metrics.js';

/** What happens in a run, in order, for progress bars, logs and reports. */
export type FitEvent =
  | {
      readonly kind: 'step';
      /** From 1. */
      readonly epoch: number;
      /** How many of the epoch's `batches` are done. */
      readonly batch: number;
      readonly batches: number;
      /** Over the batches of this epoch so far, each measured before its update. */
      readonly figures: Figures;
      /** How many images the step took in. */
      readonly images: number;
    }
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  /** Asked to stop, after the snapshot is safe. */
  | { readonly kind: 'stopped'; readonly progress: Progress };
