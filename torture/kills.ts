import { join } from 'node:path';
import type { Battery } from './battery.js';
import { misbehaviour, showEnd } from './command.js';
import { randomMoment, showMoment, startUntil } from './moment.js';
import { tinyRuns } from './tiny-run.js';

/** Kills runs that nothing warns, up to three times each, and resumes them to the end. */
export const kills: Battery = {
  about: 'kills tiny runs at random moments; resumed, they end with the bits of a run without a stop',
  unit: 'kills',
  count: { full: 300, short: 3 },
  parallel: 2,
  open: async (folder) => {
    const runs = await tinyRuns();
    return {
      run: async ({ index, random }) => {
        const out = join(folder, `run-${index}`);
        const most = 1 + random.below(3);
        const story: string[] = [];
        const problems: string[] = [];
        let [killed, finished] = [0, 0];
        for (let i = 0; i < most && finished === 0; i++) {
          const moment = randomMoment(random, runs);
          const end = await startUntil(runs.next(out), out, moment, ({ send }) => send('SIGKILL'));
          story.push(showMoment(moment));
          problems.push(...misbehaviour(end));
          if (end.signal === 'SIGKILL') killed += 1;
          else if (end.code === 0) finished += 1;
          else problems.push(`it ended with ${showEnd(end)}`);
        }
        problems.push(...(await runs.finish(out)));
        return {
          counts: { kills: killed, runs: 1, 'same bits': problems.length === 0 ? 1 : 0 },
          problems: problems.map((problem) => `killed ${story.join(', then ')}: ${problem}`),
        };
      },
    };
  },
};
