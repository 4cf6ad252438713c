/**
 * Random moments in the life of a run: after a time, at a line of its output, or when it writes a file. The latter two find the
 * moments at which something can be lost.
 *
 * @module
 */
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { type Ended, type Running, start } from './command.js';
import type { Random } from './random.js';
import type { TinyRuns } from './tiny-run.js';

export interface Moment {
  readonly at: 'time' | 'line' | 'write';
  /** Milliseconds, lines, or changes of files. */
  readonly count: number;
  /** Milliseconds more. */
  readonly later: number;
}

/** Half of the moments are spread over the time of a whole run; the others follow its output and its files. */
export const randomMoment = ({ below, pick }: Random, { ms, lines }: TinyRuns): Moment => {
  const at = pick(['time', 'time', 'line', 'write']);
  const most = { time: Math.ceil(ms), line: lines, write: 40 }[at];
  return { at, count: below(most), later: below(at === 'time' ? 1 : 20) };
};

export const showMoment = ({ at, count, later }: Moment): string =>
  ({ time: `after ${count} ms`, line: `${later} ms after line ${count}`, write: `${later} ms after change ${count}` })[
    at
  ];

/** Starts a process and does something to it once, at a moment. */
export const startUntil = (
  words: readonly [string, ...string[]],
  folder: string,
  { at, count, later }: Moment,
  act: (running: Running) => void,
): Promise<Ended> => {
  let done = false;
  let watcher: FSWatcher | undefined;
  const once = (after: number): void => {
    if (done) return;
    done = true;
    setTimeout(() => act(running), after);
  };
  if (at === 'write') {
    mkdirSync(folder, { recursive: true });
    let changes = 0;
    watcher = watch(folder, () => {
      if (++changes >= count) once(later);
    });
  }
  const running = start(words, (lines) => {
    if (at === 'line' && lines >= count) once(later);
  });
  if (at === 'time') once(count);
  return running.ended.finally(() => watcher?.close());
};
