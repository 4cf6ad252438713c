import { expect } from 'vitest';
import { adamW, constantSchedule, type HostTensor, tree } from 'vitrail';

/**
 * For comparisons between engines: with an ε as small as usual, Adam's first step is as long for a gradient that is only rounding, as
 * that of a key's bias, as for any other.
 */
export const robustOptimizer = adamW({ schedule: constantSchedule(3e-3), weightDecay: 0.01, epsilon: 1e-2 });

/** Expects what a training step returns to agree with the reference. */
export const expectSameStep = (actual: unknown, reference: unknown): void => {
  const others = new Map(tree.entries<HostTensor>(actual).map(([path, leaf]) => [tree.showPath(path), leaf]));
  const wanted = tree.entries<HostTensor>(reference);
  expect([...others.keys()].sort()).toEqual(wanted.map(([path]) => tree.showPath(path)).sort());
  for (const [path, { shape, data }] of wanted) {
    const name = tree.showPath(path);
    const other = others.get(name)!;
    expect(other.shape, name).toEqual(shape);
    const largest = Math.max(...Array.from(data, Math.abs));
    const difference = Math.max(...Array.from(data, (value, i) => Math.abs(value - other.data[i]!)));
    expect(difference, name).toBeLessThanOrEqual(1e-4 * largest + 1e-6);
  }
};
