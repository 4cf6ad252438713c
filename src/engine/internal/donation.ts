import { entries } from '../../core/tree.js';
import type { Value } from '../engine.js';

/** What a call gives up. */
export interface Donation {
  /** Each value once. */
  readonly values: readonly Value[];
  /** The positions, among all leaves of the arguments, of the values that are there once. */
  readonly positions: ReadonlySet<number>;
}

/** The leaves of the donated arguments. */
export const donationOf = (args: unknown, donate: readonly string[]): Donation => {
  const leaves = entries<Value>(args);
  const all = leaves.map(([, value]) => value);
  const donated = leaves.flatMap(([[name], value], position) =>
    name !== undefined && donate.includes(name) ? [{ value, position }] : [],
  );
  const isOnce = (value: Value): boolean => all.indexOf(value) === all.lastIndexOf(value);
  return {
    values: [...new Set(donated.map(({ value }) => value))],
    positions: new Set(donated.flatMap(({ value, position }) => (isOnce(value) ? [position] : []))),
  };
};
