/** How far two implementations differ, and the table of docs/fidelity.md. */
import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Two tensors to compare. Deviations are relative to `scale` (default: the largest value of theirs). */
export type Pair = readonly [name: string, ours: Numbers, theirs: Numbers, scale?: number];

export interface Claim {
  readonly what: string;
  readonly against: string;
  /** The largest |ours − theirs| that is allowed, relative to the largest |theirs| of the same tensor. */
  readonly tolerance: number;
}

export const largest = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const deviation = ([name, ours, theirs, scale]: Pair): number => {
  expect(ours.shape, name).toEqual(theirs.shape);
  const differences = Array.from(theirs.data, (value, i) => ours.data[i]! - value);
  // A tensor of zeros must be zeros on both sides.
  return largest(differences) / ((scale ?? largest(theirs.data)) || Number.MIN_VALUE);
};

/**
 * Expects every pair to agree. With VITRAIL_FIDELITY=FILE, appends the deviation to that file, which
 * `fidelity-table.mjs` turns into a table.
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
