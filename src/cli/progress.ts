import { MultiBar, Presets, SingleBar } from 'cli-progress';
import type { DownloadProgress } from '../data/node/index.js';
import type { FitEvent } from '../train/events.js';
import { duration, percent, whole } from './text.js';

/** Shows the events of one model's training. */
export interface ProgressDisplay {
  readonly onEvent: (event: FitEvent) => void;
  /** Leaves the last state on the screen. */
  readonly end: () => void;
}

const describe = (epoch: number, epochs: number, loss: number, top1: number): string =>
  `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(3)}  accuracy ${percent(top1)}`;

interface Options {
  readonly title: string;
  readonly epochs: number;
}

/** Images a second since the display began, and the seconds that the rest will take at that pace. */
const pace = () => {
  const began = performance.now();
  let images = 0;
  let steps = 0;
  return {
    count: (taken: number): void => {
      images += taken;
      steps += 1;
    },
    imagesPerSecond: (): number => images / ((performance.now() - began) / 1000),
    secondsFor: (more: number): number => (more * (performance.now() - began)) / 1000 / Math.max(1, steps),
  };
};

const onTerminal = ({ title, epochs }: Options): ProgressDisplay => {
  const bars = new MultiBar(
    {
      format: '{title}  {bar}  {description}  {speed} images/s  {left} left',
      hideCursor: true,
      fps: 8,
      barsize: 24,
      gracefulExit: false,
      emptyOnZero: true,
    },
    Presets.rect,
  );
  const bar = bars.create(1, 0, { title, description: 'compiling …', speed: '–', left: '–' });
  const speed = pace();
  return {
    onEvent: (event) => {
      if (event.kind !== 'step') return;
      speed.count(event.images);
      const total = event.batches * epochs;
      const done = (event.epoch - 1) * event.batches + event.batch;
      bar.setTotal(total);
      bar.update(done, {
        description: describe(event.epoch, epochs, event.figures.loss, event.figures.top1),
        speed: whole(speed.imagesPerSecond()),
        left: duration(speed.secondsFor(total - done)),
      });
    },
    end: () => bars.stop(),
  };
};

/** Where nobody watches, such as in CI or a log file: one line an epoch. */
const inLog = ({ title, epochs }: Options): ProgressDisplay => {
  const speed = pace();
  return {
    onEvent: (event) => {
      if (event.kind === 'step') speed.count(event.images);
      if (event.kind !== 'epoch') return;
      const { epoch, train, validation } = event.record;
      const judged = validation === undefined ? '' : `  validation ${percent(validation.top1)}`;
      console.log(
        `${title}  ${describe(epoch, epochs, train.loss, train.top1)}${judged}  ${whole(speed.imagesPerSecond())} images/s`,
      );
    },
    end: () => {},
  };
};

/** A progress bar on a terminal, plain lines elsewhere. */
export const progressDisplay = (options: Options): ProgressDisplay =>
  process.stdout.isTTY === true ? onTerminal(options) : inLog(options);

/** Shows how far a download is: a bar on a terminal, one line elsewhere; nothing where nothing is fetched. */
export const downloadDisplay = (
  name: string,
): { readonly onProgress: (progress: DownloadProgress) => void; readonly end: () => void } => {
  const format = `fetching ${name}  {bar}  {value} of {total} MB`;
  const bar = new SingleBar({ format, barsize: 24, hideCursor: true, fps: 8, gracefulExit: false }, Presets.rect);
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  let begun = false;
  return {
    onProgress: ({ received, total }) => {
      const whole = megabytes(total ?? received);
      if (!begun && process.stdout.isTTY === true) bar.start(whole, 0);
      if (!begun && process.stdout.isTTY !== true) console.log(`fetching ${name}, ${whole} MB`);
      begun = true;
      bar.setTotal(whole);
      bar.update(megabytes(received));
    },
    end: () => bar.stop(),
  };
};
