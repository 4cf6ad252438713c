import type { Reporter } from '../../experiment/run-events.js';
import { percent } from '../text.js';
import {
  describeEarlyEnd,
  describeLeftOut,
  describeMetrics,
  describeResume,
  describeRun,
  describeTaken,
  durationOrDash,
  speedOrDash,
} from './describe.js';
import { pace } from './pace.js';

const MINUTE = 60_000;

/** Writes a run as plain lines, for CI and log files: one per epoch, and one per minute within an epoch. */
export const logReporter = (print: (line: string) => void, now: () => number = () => performance.now()): Reporter => {
  const speed = pace(now);
  // Mutable: when the last line was written.
  let printed = now();
  let titles: ReadonlyMap<string, string> = new Map();
  const line = (model: string, text: string): void => {
    printed = now();
    print(
      `${(titles.get(model) ?? model).padEnd(12)}  ${text}  ${speedOrDash(speed.imagesPerSecond())} images/s  run ends in ${durationOrDash(speed.runSecondsLeft())}`,
    );
  };
  let epochs = 0;
  return (event) => {
    speed.onEvent(event);
    switch (event.kind) {
      case 'run':
        titles = new Map(event.models.map(({ name, title }) => [name, title]));
        epochs = event.epochs;
        print(describeRun(event));
        break;
      case 'model': {
        const resume = describeResume(event);
        if (resume !== undefined) print(`${titles.get(event.model) ?? event.model}: ${resume}`);
        printed = now();
        break;
      }
      case 'taken':
        print(`${titles.get(event.model) ?? event.model}: ${describeTaken(event)}`);
        break;
      case 'early-end':
        print(`${titles.get(event.model) ?? event.model}: ${describeEarlyEnd(event)}`);
        break;
      case 'skipped':
        print(describeLeftOut(event));
        break;
      case 'warning':
        print(event.message);
        break;
      case 'step': {
        const { epoch, batch, batches, epochMetrics, model } = event;
        if (now() - printed >= MINUTE)
          line(
            model,
            `${describeMetrics(epoch, epochs, epochMetrics.loss, epochMetrics.top1)}  step ${batch}/${batches}`,
          );
        break;
      }
      case 'epoch': {
        const { epoch, train, validation } = event.record;
        const validated = validation === undefined ? '' : `  validation ${percent(validation.top1 ?? Number.NaN)}`;
        line(
          event.model,
          `${describeMetrics(epoch, epochs, train.loss ?? Number.NaN, train.top1 ?? Number.NaN)}${validated}`,
        );
        break;
      }
    }
  };
};
