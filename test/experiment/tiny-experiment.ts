/** A small run over stores, which several tests compare with. */
import type * as E from 'fp-ts/lib/Either.js';
import { orThrow } from '../../src/core/index.js';
import { type ChosenEngine, jit } from '../../src/engine/index.js';
import {
  type MemoryStore,
  memoryStore,
  type Prepared,
  type RunEnd,
  type RunError,
  type RunEvent,
  runExperiment,
  type Store,
} from '../../src/experiment/index.js';
import { tinyPrepared } from '../support/tiny-run.js';

export const EPOCHS = 2;
/** 36 training images in batches of 8. */
export const STEPS_PER_EPOCH = 5;

export const prepared = tinyPrepared({ epochs: EPOCHS });
export const chosen: ChosenEngine = { engine: await orThrow(jit({ threads: 1 })), reason: 'chosen by the test' };

export interface RunIn {
  readonly store: Store;
  readonly resume?: boolean;
  readonly experiment?: Prepared;
  readonly engine?: ChosenEngine;
  readonly acceptChangedData?: boolean;
  /** After how many steps of this part the run stops. */
  readonly stopAfter?: number;
}

/** Runs the experiment, or the rest of it, and records its events. */
export const runIn = async ({
  store,
  resume = false,
  experiment = prepared,
  engine = chosen,
  acceptChangedData,
  stopAfter = Number.POSITIVE_INFINITY,
}: RunIn): Promise<{ readonly end: E.Either<RunError, RunEnd>; readonly events: readonly RunEvent[] }> => {
  const events: RunEvent[] = [];
  const end = await runExperiment(experiment, {
    engine,
    store,
    report: (event) => {
      events.push(event);
    },
    resume,
    acceptChangedData,
    startedAt: '2026-01-02T03:04:05.678Z',
    command: 'npm test',
    stop: () => events.filter(({ kind }) => kind === 'step').length >= stopAfter,
  })();
  return { end, events };
};

export interface WholeRun extends Awaited<ReturnType<typeof runIn>> {
  readonly store: MemoryStore;
}

let whole: Promise<WholeRun> | undefined;

/** The run without a stop, made once for all tests. */
export const wholeRun = (): Promise<WholeRun> => {
  whole ??= (async () => {
    const store = memoryStore();
    return { store, ...(await runIn({ store })) };
  })();
  return whole;
};

/** The lines of metrics without the times, which differ from run to run. */
export const withoutSeconds = (lines: readonly string[]): readonly unknown[] =>
  lines.map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));
