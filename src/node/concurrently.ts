/** Runs an asynchronous function on each item, at most `limit` at the same time; the results are in the order of the items. */
export const concurrently = async <A, B>(
  items: readonly A[],
  limit: number,
  run: (item: A, index: number) => Promise<B>,
): Promise<readonly B[]> => {
  const results: B[] = new Array(items.length);
  // One iterator: each of the loops takes the next item that none has taken.
  const entries = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
};
