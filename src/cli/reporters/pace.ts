import type { RunEvent } from '../../experiment/run-events.js';

/** The speed of a run and the time that is left, from its events. */
export interface Pace {
  readonly onEvent: (event: RunEvent) => void;
  /** Training images per second of the current model. */
  readonly imagesPerSecond: () => number;
  /** Seconds until the current model is trained. */
  readonly modelSecondsLeft: () => number;
  /** Seconds until all models are trained: those that have not begun are estimated from their multiply-accumulates. */
  readonly runSecondsLeft: () => number;
}

type Begun = Extract<RunEvent, { kind: 'run' }>;

/** Measures the pace of a run. `now` gives milliseconds. */
export const pace = (now: () => number = () => performance.now()): Pace => {
  // Mutable: a pace follows the events of one run.
  let run: Begun | undefined;
  let current: string | undefined;
  let began = now();
  // Of the steps after the first, which compiles: undefined until that one is done.
  let counted: { readonly steps: number; readonly images: number } | undefined;
  let stepsLeft = 0;

  const secondsPerStep = (): number => (now() - began) / 1000 / (counted?.steps || Number.NaN);
  const macsOf = (name: string | undefined): number => run?.models.find((model) => model.name === name)?.macs ?? 0;
  const modelSecondsLeft = (): number => stepsLeft * secondsPerStep();
  return {
    onEvent: (event) => {
      if (event.kind === 'run') run = event;
      if (event.kind === 'model') {
        current = event.model;
        counted = undefined;
      }
      if (event.kind === 'step') {
        if (counted === undefined) began = now();
        counted =
          counted === undefined
            ? { steps: 0, images: 0 }
            : { steps: counted.steps + 1, images: counted.images + event.examples };
        stepsLeft = (event.epochs - event.epoch + 1) * event.batches - event.batch;
      }
    },
    imagesPerSecond: () => (counted?.images || Number.NaN) / ((now() - began) / 1000),
    modelSecondsLeft,
    runSecondsLeft: () => {
      const at = run?.models.findIndex(({ name }) => name === current) ?? -1;
      const later = run?.models.slice(at + 1) ?? [];
      const stepsEach = (run?.epochs ?? 0) * (run?.stepsPerEpoch ?? 0);
      const others = later.reduce((sum, { macs }) => sum + (stepsEach * secondsPerStep() * macs) / macsOf(current), 0);
      return modelSecondsLeft() + others;
    },
  };
};
