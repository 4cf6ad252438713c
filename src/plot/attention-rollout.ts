import type { AttentionMaps } from './results.js';

/** Where a model looked on one image: the weight of each patch, in row order; they add up to 1. */
export interface AttentionMap {
  readonly grid: AttentionMaps['grid'];
  readonly weights: readonly number[];
  /** What looked: the class token, or the mean of all patches where there is none. */
  readonly from: 'class token' | 'mean of the patches';
}

/** The mean over the heads of the attention of a block, `[query, key]` flat. */
const meanOverHeads = (block: ArrayLike<number>, tokens: number): readonly number[] => {
  const square = tokens ** 2;
  const heads = block.length / square;
  // Local mutation: one addition per weight.
  const mean = new Array<number>(square).fill(0);
  for (let i = 0; i < block.length; i++) mean[i % square] = (mean[i % square] ?? 0) + (block[i] ?? 0) / heads;
  return mean;
};

/**
 * One step of the rollout, from the later tokens to the earlier: `weights · (A + I) / 2`, where A is the attention of the block and I
 * stands for its residual connection.
 */
const through = (weights: readonly number[], attention: readonly number[]): readonly number[] => {
  const tokens = weights.length;
  return weights.map((own, key) => {
    const attended = weights.reduce((sum, weight, query) => sum + weight * (attention[query * tokens + key] ?? 0), 0);
    return (attended + own) / 2;
  });
};

/**
 * Attention rollout: how much each patch contributes to what the model pools, followed through the mean over heads of the attention of all
 * blocks and their residual connections. It begins at the class token or, in a model without one, at the mean of all tokens.
 *
 * Undefined if the weights are not those of a square of attention for each block and head, as in models whose number of tokens changes, or
 * are not finite.
 *
 * Source: Abnar and Zuidema, "Quantifying attention flow in transformers", 2020.
 *
 * @example
 * const uniform = Array.from({ length: 4 }, () => 0.5);
 * attentionRollout({ grid: { rows: 1, columns: 2 }, hasClassToken: false, blocks: [uniform] })?.weights; // [0.5, 0.5]
 */
export const attentionRollout = ({
  grid,
  hasClassToken,
  blocks,
}: Pick<AttentionMaps, 'grid' | 'hasClassToken' | 'blocks'>): AttentionMap | undefined => {
  const before = hasClassToken ? 1 : 0;
  const tokens = grid.rows * grid.columns + before;
  const areSquares = blocks.every(({ length }) => length >= tokens ** 2 && length % tokens ** 2 === 0);
  const isGrid = [grid.rows, grid.columns].every((count) => Number.isInteger(count) && count > 0);
  if (!areSquares || blocks.length === 0 || !isGrid) return undefined;
  const start = Array.from({ length: tokens }, (_, token) => (hasClassToken ? Number(token === 0) : 1 / tokens));
  const rolled = blocks.reduceRight<readonly number[]>(
    (weights, block) => through(weights, meanOverHeads(block, tokens)),
    start,
  );
  const patches = rolled.slice(before);
  const sum = patches.reduce((total, weight) => total + weight, 0);
  if (!Number.isFinite(sum)) return undefined;
  return {
    grid,
    weights: patches.map((weight) => (sum > 0 ? weight / sum : 1 / patches.length)),
    from: hasClassToken ? 'class token' : 'mean of the patches',
  };
};
