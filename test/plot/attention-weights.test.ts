import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionDistances, headCount, meanPatchWeights, patchWeights } from '../../src/plot/attention-weights.js';

const maps = { grid: { rows: 2, columns: 3 }, hasClassToken: true };
const tokens = 7;
const block = Float64Array.from({ length: 2 * tokens * tokens }, (_, i) => i);

describe('attention weights', () => {
  it('counts heads', () => {
    expect(headCount(maps, block)).toBe(2);
    expect(headCount({ ...maps, hasClassToken: false }, new Float32Array(4 * 36))).toBe(4);
  });

  it('reads the row of a patch without the class token', () => {
    const start = (1 * tokens + 2 + 1) * tokens + 1;
    expect(patchWeights(maps, block, 1, 2)).toEqual([0, 1, 2, 3, 4, 5].map((key) => start + key));
  });

  it('takes the mean over heads', () => {
    const expected = patchWeights(maps, block, 0, 4).map(
      (weight, key) => (weight + patchWeights(maps, block, 1, 4)[key]!) / 2,
    );
    expect(meanPatchWeights(maps, block, 4)).toEqual(expected);
  });

  it('has distance zero when each patch attends to itself, whatever the weight of the class token', () => {
    const own = Float64Array.from({ length: tokens * tokens }, (_, i) =>
      i % tokens === 0 ? 0.3 : Math.floor(i / tokens) === i % tokens ? 0.7 : 0,
    );
    expect(attentionDistances(maps, own)).toEqual([0]);
  });

  it('is the mean distance between patches when attention is uniform', () => {
    const row = { grid: { rows: 1, columns: 3 }, hasClassToken: false };
    // Distances from the three patches: 0 1 2, 1 0 1, 2 1 0.
    expect(attentionDistances(row, new Float64Array(9).fill(1 / 3))[0]).toBeCloseTo(8 / 9, 12);
  });

  it('never exceeds the diagonal of the grid', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 49, maxLength: 49 }), (weights) => {
        const [distance] = attentionDistances(maps, weights);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(Math.hypot(1, 2) + 1e-9);
      }),
    );
  });
});
