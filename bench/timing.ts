/** Milliseconds per call, over several calls. */
export interface Timing {
  readonly min: number;
  readonly median: number;
}

/** Something to be timed. `run` returns the milliseconds of each call it made. */
export interface Task {
  readonly run: () => Promise<readonly number[]>;
  /** The number of rounds it takes part in. Default: all. */
  readonly rounds?: number | undefined;
}

/**
 * Times a call, or several in a row per round. The first call of a round starts with the caches of another task; the next ones
 * do not.
 */
export const clocked = (
  call: () => Promise<unknown>,
  { calls = 1, rounds }: { readonly calls?: number; readonly rounds?: number | undefined } = {},
): Task => ({
  run: async () => {
    const times: number[] = [];
    for (let i = 0; i < calls; i++) {
      const began = performance.now();
      await call();
      times.push(performance.now() - began);
    }
    return times;
  },
  rounds,
});

export const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

export const summary = (times: readonly number[]): Timing => ({ min: Math.min(...times), median: median(times) });

/** The time per item, if one call processes `count` items. */
export const per = (count: number, { min, median }: Timing): Timing => ({ min: min / count, median: median / count });

/**
 * Runs the tasks in turn, `rounds` times, so that other load on the machine affects all of them alike. Ratios of the results
 * are therefore meaningful where the results alone are not. One more round at the start warms up and is not counted.
 */
export const interleaved = async <K extends string>(
  tasks: Readonly<Record<K, Task>>,
  rounds: number,
): Promise<Readonly<Record<K, Timing>>> => {
  const entries = Object.entries<Task>(tasks);
  const times = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, task] of entries) {
      if (round > (task.rounds ?? rounds)) continue;
      const taken = await task.run();
      if (round > 0) times.get(name)!.push(...taken);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, summary(all)])) as Record<K, Timing>;
};
