/** How much memory calls may need, in bytes of the whole process. */
export interface MemoryBudget {
  /** Rounds are chosen so that a call needs no more than this, as far as they stay large enough to be fast. */
  readonly target: number;
  /** A call that needs more, even in the smallest rounds, is refused. */
  readonly limit: number;
  /** Where the limit comes from, for people. */
  readonly origin: string;
}

/** More makes no preset faster: a round is then at least 32 images a thread in each of them. */
const ENOUGH = 2.5e9;
const SHARE = 0.5;

/** A budget that the user asked for. */
export const requestedBudget = (memory: number): MemoryBudget => ({
  target: memory,
  limit: memory,
  origin: 'the memory budget',
});

/**
 * Without a request: calls aim at half of the memory of the machine, or of its container, and at 2.5 GB at most, so that results have the
 * same bits on most machines. Only what cannot fit in all of the memory is refused.
 */
export const defaultBudget = (memory: number): MemoryBudget => ({
  target: Math.min(ENOUGH, SHARE * memory),
  limit: memory,
  origin: 'the memory of this machine or container',
});

/** The memory of the machine, or of the container (cgroup) if that has less. */
export const availableMemory = async (): Promise<number> => {
  const { totalmem } = await import('node:os');
  // 0, undefined or a huge number if there is no limit.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
};
