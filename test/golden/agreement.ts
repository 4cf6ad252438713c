/** How far two implementations are from each other, and the table of docs/fidelity.md. */
import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What is compared: its name, ours, theirs, and what a deviation is relative to if not the largest of theirs. */
export type Pair = readonly [name: string, ours: Numbers, theirs: Numbers, scale?: number];

export interface Claim {
  readonly what: string;
  readonly against: string;
  /** The largest |ours − theirs| that is allowed, as a part of the largest |theirs| of the same tensor. */
  readonly tolerance: number;
}

export const largest = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const deviation = ([name, ours, theirs, scale]: Pair): number => {
  expect(ours.shape, name).toEqual(theirs.shape);
  const differences = Array.from(theirs.data, (value, i) => ours.data[i]! - value);
  // What is zero throughout must be so on both sides.
  return largest(differences) / ((scale ?? largest(theirs.data)) || Number.MIN_VALUE);
};

/**
 * Expects every pair to agree. With VITRAIL_FIDELITY=FILE, appends what was measured to that file, which
 * `fidelity-table.mjs` makes a table of.
 */
export const expectAgreement = (claim: Claim, pairs: readonly Pair[]): void => {
  expect(pairs.length).toBeGreaterThan(0);
  const deviations = pairs.map(deviation);
  const file = process.env.VITRAIL_FIDELITY;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...claim, measured: largest(deviations) })}\n`);
  pairs.forEach(([name], i) => {
    expect(deviations[i], `${claim.what}, ${name}`).toBeLessThanOrEqual(claim.tolerance);
  });
};
