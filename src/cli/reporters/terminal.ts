import { MultiBar, Presets } from 'cli-progress';
import type { Reporter } from '../../experiment/run-events.js';
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

/** Shows a run on a terminal: a progress bar for each model, with the time left for the whole run. `end` leaves the bars on the screen. */
export const terminalReporter = (): { readonly report: Reporter; readonly end: () => void } => {
  const speed = pace();
  // Mutable: what is on the screen.
  let bars: MultiBar | undefined;
  let bar: ReturnType<MultiBar['create']> | undefined;
  let titles: ReadonlyMap<string, string> = new Map();
  let epochs = 0;
  const end = (): void => {
    bars?.stop();
    bars = undefined;
  };
  const begin = (title: string): void => {
    end();
    bars = new MultiBar(
      {
        format: '{title}  {bar}  {description}  {speed} images/s  {left}',
        hideCursor: true,
        fps: 8,
        barsize: 24,
        gracefulExit: false,
        emptyOnZero: true,
      },
      Presets.rect,
    );
    bar = bars.create(1, 0, { title, description: 'compiling …', speed: '–', left: '' });
  };
  // The bars are drawn again below it.
  const above = (text: string): void => {
    if (bars === undefined) console.error(text);
    else bars.log(`${text}\n`);
  };
  const report: Reporter = (event) => {
    speed.onEvent(event);
    switch (event.kind) {
      case 'run':
        titles = new Map(event.models.map(({ name, title }) => [name, title]));
        epochs = event.epochs;
        console.log(describeRun(event));
        break;
      case 'model': {
        const resume = describeResume(event);
        if (resume !== undefined) console.log(resume);
        begin((titles.get(event.model) ?? event.model).padEnd(12));
        break;
      }
      case 'skipped':
        console.error(describeLeftOut(event));
        break;
      case 'taken':
        above(`${titles.get(event.model) ?? event.model}: ${describeTaken(event)}`);
        break;
      case 'early-end':
        above(describeEarlyEnd(event));
        break;
      case 'warning':
        above(event.message);
        break;
      case 'step': {
        const { epoch, batches, batch, epochMetrics } = event;
        bar?.setTotal(batches * epochs);
        bar?.update((epoch - 1) * batches + batch, {
          description: describeMetrics(epoch, epochs, epochMetrics.loss, epochMetrics.top1),
          speed: speedOrDash(speed.imagesPerSecond()),
          left: `run ends in ${durationOrDash(speed.runSecondsLeft())}`,
        });
        break;
      }
      case 'test':
      case 'stopped':
        end();
        break;
    }
  };
  return { report, end };
};
