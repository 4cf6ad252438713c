import { expect } from 'vitest';
import { type HostTensor, tree } from 'vitrail';

/**
 * Expects what a training step returns to agree with the reference. Parameters may differ by `parameters`: the first step of Adam is
 * as long for a gradient that is only rounding as for any other.
 */
export const expectSameStep = (actual: unknown, reference: unknown, parameters: number): void => {
  const others = new Map(tree.entries<HostTensor>(actual).map(([path, leaf]) => [tree.showPath(path), leaf]));
  const wanted = tree.entries<HostTensor>(reference);
  expect([...others.keys()].sort()).toEqual(wanted.map(([path]) => tree.showPath(path)).sort());
  for (const [path, { shape, data }] of wanted) {
    const name = tree.showPath(path);
    const other = others.get(name)!;
    expect(other.shape, name).toEqual(shape);
    const largest = Math.max(...Array.from(data, Math.abs));
    const difference = Math.max(...Array.from(data, (value, i) => Math.abs(value - other.data[i]!)));
    const allowed = name.startsWith('state/params') ? parameters : 1e-4 * largest + 1e-6;
    expect(difference, name).toBeLessThanOrEqual(allowed);
  }
};
