import type { Reporter, RunEvent } from '../../experiment/run-events.js';

const SECOND = 1000;

/** The figures of a report are pictures: they are left out. */
const withoutFigures = (event: RunEvent): object => {
  if (event.kind !== 'finished') return event;
  const { patches: _, attention: __, temperatures: ___, ...results } = event.results;
  return { ...event, results };
};

/** Writes each event of a run as one line of JSON; of the steps, one per second at most. */
export const jsonReporter = (print: (line: string) => void, now: () => number = () => performance.now()): Reporter => {
  // Mutable: when the last step was written.
  let stepped = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (event.kind === 'step') {
      if (now() - stepped < SECOND) return;
      stepped = now();
    }
    print(JSON.stringify(withoutFigures(event)));
  };
};
