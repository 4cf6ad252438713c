import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Battery, Case, Outcome } from '../battery.js';
import { tinyRuns } from '../tiny-run.js';

/** Reading a damaged input takes a few milliseconds. */
const LONGEST_MS = 20_000;
const PROCESSES = 2;

const child = fileURLToPath(new URL('./child.ts', import.meta.url));

type Message = Outcome | { readonly trying: string };

/** Has a process read one input. The outcome is a sentence if it hangs or dies. */
const ask = (reader: ChildProcess, { seed, index }: Case): Promise<Outcome | string> =>
  new Promise((resolve) => {
    let trying = 'nothing yet';
    const done = (outcome: Outcome | string): void => {
      clearTimeout(watchdog);
      reader.removeAllListeners();
      resolve(outcome);
    };
    const watchdog = setTimeout(() => done(`${trying}: it was not read within ${LONGEST_MS / 1000} s`), LONGEST_MS);
    reader.on('message', (message: Message) => {
      if ('trying' in message) trying = message.trying;
      else done(message);
    });
    reader.on('exit', (code, signal) => done(`${trying}: its process ended with ${signal ?? `exit code ${code}`}`));
    reader.send({ seed, index });
  });

/** Reads damaged inputs in two processes, which are started again when one hangs or dies. */
export const inputs: Battery = {
  about: 'damaged checkpoints, configurations, runs and data files; each gives a typed error or a right value',
  unit: 'inputs',
  count: { full: 20_000, short: 400 },
  parallel: PROCESSES,
  open: async (folder) => {
    const { whole, data } = await tinyRuns();
    const started = (): ChildProcess =>
      fork(child, [whole, data, mkdtempSync(join(folder, 'reader-'))], { execArgv: ['--import', 'tsx'] });
    const free: ChildProcess[] = [];
    return {
      run: async (one) => {
        const reader = free.pop() ?? started();
        const outcome = await ask(reader, one);
        // After a problem the high-water mark of its memory is of no use any more.
        if (typeof outcome === 'string' || outcome.problems.length > 0) reader.kill('SIGKILL');
        else free.push(reader);
        return typeof outcome === 'string' ? { counts: { inputs: 1 }, problems: [outcome] } : outcome;
      },
      close: () => {
        for (const reader of free) reader.kill('SIGKILL');
      },
    };
  },
};
