import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Benchmark, chosen, type Outcome, type Row } from './benchmark.js';
import type { Section } from './results.js';

const inFreshProcess = (name: string, which: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./case.ts', import.meta.url)), [name, which], {
      // Standard output is reserved for the results.
      stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
    });
    child.on('message', (outcome) => resolve(outcome as Outcome));
    child.on('exit', (code, signal) => resolve({ failed: `its process ended with ${signal ?? `code ${code}`}` }));
  });

/** Runs the cases of a benchmark whose names contain all the words, one after the other. */
export const runBenchmark = async (
  name: string,
  benchmark: Benchmark,
  words: readonly string[],
  onRow: (row: Row) => void,
): Promise<Section> => {
  const rows: Row[] = [];
  const notes = new Set<string>();
  let failed = false;
  for (const which of chosen(benchmark, words)) {
    console.error(`${name}: ${which} …`);
    const outcome = await inFreshProcess(name, which);
    if ('failed' in outcome) {
      failed = true;
      notes.add(`${which} was not measured: ${outcome.failed}.`);
      continue;
    }
    outcome.rows.forEach(onRow);
    rows.push(...outcome.rows);
    for (const note of outcome.notes ?? []) notes.add(note);
  }
  return { name, benchmark, words, rows, notes: [...(benchmark.conclude?.(rows) ?? []), ...notes], failed };
};
