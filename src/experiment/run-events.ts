import type { Skipped } from '../data/skipped.js';
import type { RunResults } from '../plot/index.js';
import type { FitEvent } from '../train/events.js';
import type { Summary } from '../train/metric.js';
import type { EngineInfo } from '../train/origin.js';
import type { Taken } from '../train/take-params.js';
import type { DiskUse } from './disk-use.js';
import type { RunMemory } from './expected-memory.js';
import type { MetricName } from './train-model.js';

/** What happens in a run, in order. Every event is plain data. */
export type RunEvent =
  | {
      readonly kind: 'run';
      readonly engine: EngineInfo;
      /** Why this engine was chosen. */
      readonly reason: string;
      readonly preset: string;
      readonly seed: number;
      readonly dataset: RunResults['dataset'];
      readonly epochs: number;
      readonly stepsPerEpoch: number;
      readonly store: string;
      /** What the run is expected to need at most, in bytes; missing if the engine does not know. */
      readonly memory?: RunMemory;
      /** What the run writes at most, and how much there is room for. */
      readonly disk?: DiskUse;
      readonly models: readonly {
        readonly name: string;
        readonly title: string;
        readonly parameters: number;
        /** Multiply-accumulates of a forward pass over one image. */
        readonly macs: number;
      }[];
    }
  | {
      readonly kind: 'model';
      readonly model: string;
      /** How far the checkpoint is that training resumes from; missing where it begins. */
      readonly resumed?: { readonly epoch: number; readonly batchesDone: number; readonly isDone: boolean };
      /** Of a resumed run: where a checkpoint of this model was expected, if there is none and its training starts anew. */
      readonly missing?: string;
    }
  /** Which parameters of a model begin at given weights, which are new, and which weights it does not take. */
  | ({ readonly kind: 'taken'; readonly model: string; readonly from: string } & Omit<Taken<unknown>, 'params'>)
  /** Files of the data set that are left out. */
  | { readonly kind: 'skipped'; readonly files: readonly Skipped[] }
  | { readonly kind: 'warning'; readonly message: string }
  | (Exclude<FitEvent<MetricName>, { readonly kind: 'warning' }> & { readonly model: string })
  | { readonly kind: 'test'; readonly model: string; readonly images: number; readonly metrics: Summary<MetricName> }
  | { readonly kind: 'finished'; readonly results: RunResults; readonly report: string };

/** Receives the events of a run: a progress display, a log, a page. */
export type Reporter = (event: RunEvent) => void;

/** A reporter that passes each event to several. */
export const reporters =
  (...all: readonly Reporter[]): Reporter =>
  (event) => {
    for (const report of all) report(event);
  };
