import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Battery } from './battery.js';
import { type Ended, misbehaviour, showEnd } from './command.js';
import { randomMoment, showMoment, startUntil } from './moment.js';
import { tinyRuns } from './tiny-run.js';

const signalNames = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a run may end after these signals: done, stopped, or at once. */
const endKind = (sent: readonly NodeJS.Signals[], end: Ended): string | undefined => {
  if (end.code === 0) return 'done before';
  if (end.code === 130) return 'saved';
  // A process that has not printed anything may not listen yet.
  if (end.signal !== null && end.signal === sent[0] && end.out === '' && end.error === '')
    return 'ended before they began';
  // Once everything is saved and the process goes away, it does not listen any more.
  const isOver = /"kind":"(stopped|finished)"/.test(end.out);
  if (end.signal !== null && sent.includes(end.signal) && isOver) return 'ended after they had saved';
  // The second Ctrl-C ends it as one that nobody handles does. SIGHUP may come twice by itself, and never does.
  if (end.signal === 'SIGINT' && sent.length > 1 && sent[1] !== 'SIGHUP') return 'ended at once';
  return undefined;
};

/** Interrupts runs, once or twice, and resumes them to the end. */
export const signals: Battery = {
  about:
    'SIGINT, SIGTERM or SIGHUP at random moments, once or twice; the exit code is right and the run can be resumed',
  unit: 'signals',
  count: { full: 60, short: 3 },
  parallel: 2,
  open: async (folder) => {
    const runs = await tinyRuns();
    return {
      run: async ({ index, random }) => {
        const out = join(folder, `run-${index}`);
        const sent = Array.from({ length: 1 + random.below(2) }, () => random.pick(signalNames));
        const [moment, gap] = [randomMoment(random, runs), random.below(60)];
        const end = await startUntil(runs.next(out), out, moment, ({ send }) => {
          for (const [i, signal] of sent.entries()) setTimeout(() => send(signal), i * gap);
        });
        const kind = endKind(sent, end);
        const problems = [
          ...misbehaviour(end),
          ...(kind === undefined ? [`it ended with ${showEnd(end)}`] : []),
          ...(kind === 'saved' && !existsSync(join(out, 'run.json')) ? ['it cannot be resumed'] : []),
          ...(await runs.finish(out)),
        ];
        return {
          counts: { signals: sent.length, runs: 1, ...(kind === undefined ? {} : { [kind]: 1 }) },
          problems: problems.map((problem) => `${sent.join(', ')} (${gap} ms apart) ${showMoment(moment)}: ${problem}`),
        };
      },
    };
  },
};
