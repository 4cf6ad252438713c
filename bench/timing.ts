/** Milliseconds of a call, over several. */
export interface Timing {
  readonly min: number;
  readonly median: number;
}

/** Something to be timed: it answers the milliseconds of the calls that it made. */
export interface Task {
  readonly run: () => Promise<readonly number[]>;
  /** How many rounds it takes part in; all unless told otherwise. */
  readonly rounds?: number | undefined;
}

/**
 * Times a call, or in each round several in a row: the first of these finds the caches as others left them, the next do not.
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

/** The same for each of the `count` things that one call does. */
export const per = (count: number, { min, median }: Timing): Timing => ({ min: min / count, median: median / count });

/**
 * Runs each task in turn, `rounds` times, so that whatever else the machine does meets all of them alike: ratios of these
 * figures mean something where the figures alone do not. The first round warms up and does not count.
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
