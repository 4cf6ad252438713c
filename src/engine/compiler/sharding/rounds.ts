/**
 * Rounds: a worker computes its share of the batch in several parts, one after the other, with the same session. What is kept between
 * the forward and the backward pass then grows with a round, not with the batch.
 *
 * @module
 */

/** Some adjacent images of the batch. */
export interface ImageRange {
  readonly first: number;
  readonly images: number;
}

/**
 * The rounds of each worker, in the order in which they are computed, each of `size` images or of those that are left. Partial results
 * are added in this order, so the bits depend on the number of workers and on this size only.
 */
export const roundsOf = (batch: number, workers: number, size: number): readonly (readonly ImageRange[])[] =>
  Array.from({ length: workers }, (_, worker) => {
    const [start, end] = [worker, worker + 1].map((i) => Math.floor((batch * i) / workers)) as [number, number];
    return Array.from({ length: Math.ceil((end - start) / size) }, (_, i) => {
      const first = start + i * size;
      return { first, images: Math.min(size, end - first) };
    });
  });

/** The images of the largest share of a worker. */
export const largestShare = (batch: number, workers: number): number => Math.ceil(batch / workers);

/** Rounds that are larger by this factor, at most, are worth having only one size of rounds, since each size has a session. */
const WORTH_EQUAL_ROUNDS = 1.25;

/**
 * The smallest size with which a share takes no more than so many rounds and that divides into microbatches of at least half of the
 * given number of images; if one that is little larger divides the share, that one.
 */
export const sizeOfRounds = (share: number, rounds: number, microbatch: number): number => {
  const least = Math.ceil(share / rounds);
  const sizes = Array.from({ length: share - least + 1 }, (_, i) => least + i).filter(
    (size) => largestDivisor(size, microbatch) >= microbatch / 2,
  );
  const equal = sizes.find((size) => share % size === 0 && size <= WORTH_EQUAL_ROUNDS * least);
  return equal ?? sizes[0] ?? share;
};

const largestDivisor = (size: number, atMost: number): number => {
  let divisor = Math.min(size, atMost);
  while (size % divisor !== 0) divisor--;
  return divisor;
};
