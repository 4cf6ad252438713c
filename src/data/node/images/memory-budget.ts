import { totalmem } from 'node:os';

/** How many bytes decoded images may take: a quarter of the memory of the machine, or of what a container may use. */
export const memoryBudget = (): number => {
  // 0 if it is unknown, and a huge number without a limit.
  const limit = process.constrainedMemory();
  return Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY) / 4;
};
