import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCounts, type Battery, type Case } from './battery.js';
import { randomOf } from './random.js';

export interface BatteryOptions {
  readonly seed: number;
  /** How many of the battery's units to try. */
  readonly count: number;
  /** The number of the only case to run. */
  readonly only?: number | undefined;
  readonly print?: (line: string) => void;
}

const plural = (n: number, word: string): string => `${n} ${n === 1 ? word.replace(/s$/, '') : word}`;

/** Runs the cases of a battery until enough is tried, prints each failure and one line at the end. Returns the number of failed cases. */
export const runBattery = async (
  name: string,
  { open, parallel, unit }: Battery,
  { seed, count, only, print = console.log }: BatteryOptions,
): Promise<number> => {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), `vitrail-torture-${name}-`));
  const { run, close, note } = await open(folder);
  if (note !== undefined) print(`${name}: ${note}`);
  let [counts, failed, next, tried]: [Readonly<Record<string, number>>, number, number, number] = [{}, 0, only ?? 0, 0];
  const isDone = (): boolean => (only === undefined ? (counts[unit] ?? 0) >= count : tried > 0);
  const runOne = async (one: Case): Promise<void> => {
    const { counts: more, problems } = await run(one);
    counts = addCounts(counts, more);
    if (problems.length === 0) return;
    failed += 1;
    print(`${name} ${one.index}: ${problems.join('\n  ')}`);
    print(`  repeat: npm run torture -- ${name} --seed ${seed} --only ${one.index}`);
  };
  const lane = async (): Promise<void> => {
    while (!isDone()) {
      const index = next++;
      tried += 1;
      await runOne({ seed, index, random: randomOf(name, seed, index) });
    }
  };
  try {
    await Promise.all(Array.from({ length: only === undefined ? parallel : 1 }, lane));
  } finally {
    await close?.();
    rmSync(folder, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const parts = Object.entries(counts).map(([what, n]) => plural(n, what));
  print(`${name}, seed ${seed}: ${[...parts, plural(failed, 'failures')].join(', ')}; ${seconds} s`);
  return failed;
};
