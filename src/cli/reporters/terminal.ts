import { MultiBar, Presets } from 'cli-progress';
import type { Reporter } from '../../experiment/run-events.js';
import {
  describeLeftOut,
  describeMetrics,
  describeResume,
  describeRun,
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
  const report: Reporter = (event) => {
    speed.onEvent(event);
    switch (event.kind) {
      case 'run':
        titles = new Map(event.models.map(({ name, title }) => [name, title]));
        epochs = event.epochs;
        console.log(describeRun(event));
        break;
      case 'model': {
        const resume = describeResume(event, epochs);
        if (resume !== undefined) console.log(resume);
        begin((titles.get(event.model) ?? event.model).padEnd(12));
        break;
      }
      case 'skipped':
        console.error(describeLeftOut(event));
        break;
      case 'warning':
        // Above the bars, which are drawn again.
        if (bars === undefined) console.error(event.message);
        else bars.log(`${event.message}\n`);
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
