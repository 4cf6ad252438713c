import { describe, expect, test } from 'vitest';
import { attentionPicture } from '../../src/plot/attention-picture.js';
import { attentionRollout } from '../../src/plot/index.js';

describe('attentionRollout', () => {
  const grid = { rows: 1, columns: 2 };

  test('follows the class token through two blocks, by hand', () => {
    // Tokens: class, first patch, second patch. Rows are queries.
    const first = [1, 0, 0, 0, 0, 1, 0, 1, 0];
    const last = [0, 1, 0, 0, 1, 0, 0, 0, 1];
    const map = attentionRollout({ grid, hasClassToken: true, blocks: [first, last] });
    // Last block: class [1/2, 1/2, 0]. First block: its rows with the residual are [1,0,0], [0,1/2,1/2], [0,1/2,1/2].
    // So the class token has [1/2, 1/4, 1/4], and the patches half each.
    expect(map).toEqual({ grid, weights: [0.5, 0.5], from: 'class token' });
  });

  test('starts at the mean of the patches without a class token, and takes the mean of the heads', () => {
    const [toFirst, toSecond] = [
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ];
    const map = attentionRollout({
      grid,
      hasClassToken: false,
      blocks: [[...toFirst!, ...toFirst!, ...toFirst!, ...toSecond!]],
    });
    // Attention [3/4, 1/4] from both, and half of the residual: (3/4 + 1/2) / 2 and (1/4 + 1/2) / 2.
    expect(map).toEqual({ grid, weights: [0.625, 0.375], from: 'mean of the patches' });
  });

  test.each([
    ['no blocks', []],
    ['blocks that are no squares of attention', [[1, 0, 0]]],
    ['an empty block', [[]]],
  ])('is undefined for %s', (_, blocks) => {
    expect(attentionRollout({ grid, hasClassToken: false, blocks })).toBeUndefined();
  });

  test('is undefined for more patches than there are weights', () => {
    const huge = { rows: 1e300, columns: 2 };
    expect(attentionRollout({ grid: huge, hasClassToken: false, blocks: [[1, 0, 0, 1]] })).toBeUndefined();
  });
});

describe('attentionPicture', () => {
  const map = { grid: { rows: 1, columns: 2 }, weights: [0.9, 0.1], from: 'class token' } as const;

  test('shows the image, white, and the image in grey under the weights', () => {
    const { height, width, data } = attentionPicture({ height: 1, width: 2, channels: 1, data: [0, 255] }, map, 16);
    expect([height, width]).toEqual([16, 32 + 1 + 32]);
    const at = (x: number) => Array.from(data).slice(x * 3, x * 3 + 3);
    expect([at(0), at(31), at(32)]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
    ]);
    const light = (pixel: readonly number[]) => pixel.reduce((sum, value) => sum + value, 0);
    // The left patch is black and has the larger weight: its heat is the lighter one. Behind the right one is white.
    expect(light(at(33))).toBeGreaterThan(light(at(64)));
  });

  test('equal weights are equally dark', () => {
    const even = attentionPicture(
      { height: 1, width: 2, channels: 3, data: new Uint8Array(6).fill(90) },
      { ...map, weights: [0.5, 0.5] },
    );
    expect(Array.from(even.data).slice(9, 12)).toEqual(Array.from(even.data).slice(12, 15));
  });
});
