/** Milliseconds of a call, over several. */
export interface Timing {
  readonly min: number;
  readonly median: number;
}

const summary = (times: readonly number[]): Timing => {
  const sorted = [...times].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]! };
};

/**
 * Calls each task in turn, `rounds` times, so that whatever else the machine does meets all of them alike: ratios of these
 * figures mean something where the figures alone do not. The first round warms up and does not count.
 */
export const interleaved = async (
  tasks: Readonly<Record<string, () => Promise<void>>>,
  rounds: number,
): Promise<Readonly<Record<string, Timing>>> => {
  const times = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      const began = performance.now();
      await task();
      if (round > 0) times.get(name)!.push(performance.now() - began);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, summary(all)]));
};
