import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Hosts } from '../core/declaration.js';
import type { Key } from '../core/key.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import type { BatchError } from '../data/batch-error.js';
import type { LabeledImages } from '../data/dataset.js';
import type { BatchesOptions } from '../data/with-batches.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { Classifier } from '../models/classifier.js';
import type { FileError } from '../node/files.js';
import type { Progress } from './checkpoint.js';
import type { DivergedError } from './diverged.js';
import type { FitEvent } from './events.js';
import { sumsMonoid } from './metrics.js';
import type { Optimizer } from './optimizer/optimizer.js';
import type { Schedule } from './schedule.js';
import type { TrainState } from './step.js';

export type FitError = BatchError | DivergedError | EngineError | FileError;

/** The state of training in host memory, with how far it is. */
export interface Snapshot<P> {
  readonly state: Hosts<TrainState<P>>;
  readonly progress: Progress;
}

/** Nothing done yet. */
export const beginning: Progress = { epoch: 0, batch: 0, sums: sumsMonoid.empty, history: [] };

export interface FitOptions<P> extends BatchesOptions {
  readonly engine: Engine;
  readonly model: Classifier<P>;
  readonly optimizer: Optimizer;
  /** Told beside the optimizer so that each epoch can record its rate. */
  readonly schedule: Schedule;
  /** Label smoothing; none unless given. */
  readonly labelSmoothing?: number;
  readonly train: LabeledImages;
  readonly validation?: LabeledImages | undefined;
  readonly pipeline: Pipeline;
  readonly epochs: number;
  readonly batchSize: number;
  /** Orders, augmentation and draws of every epoch and step come from it. */
  readonly key: Key;
  readonly start: Snapshot<NoInfer<P>>;
  readonly onEvent?: (event: FitEvent) => void;
  /** Called after each epoch and when stopped; the run goes on when it is done. */
  readonly save?: (snapshot: Snapshot<P>) => TE.TaskEither<FileError, void>;
  /** Asked between steps: true ends the run after a last snapshot. */
  readonly stop?: () => boolean;
}

export interface Fitted<P> extends Snapshot<P> {
  /** Whether the last epoch was reached; otherwise the run was asked to stop. */
  readonly finished: boolean;
}
