/**
 * What figures read from the attention weights of a block.
 *
 * @module
 */
import type { AttentionMaps } from './results.js';

type Maps = Pick<AttentionMaps, 'grid' | 'hasClassToken'>;

const layout = ({ grid, hasClassToken }: Maps): { patches: number; tokens: number; offset: number } => {
  const patches = grid.rows * grid.columns;
  const offset = hasClassToken ? 1 : 0;
  return { patches, tokens: patches + offset, offset };
};

/** The number of heads in the weights of a block. */
export const headCount = (maps: Maps, block: ArrayLike<number>): number =>
  Math.floor(block.length / layout(maps).tokens ** 2);

/** The weights that one patch gives to all patches in one head, in row order. The weight of a class token is left out. */
export const patchWeights = (maps: Maps, block: ArrayLike<number>, head: number, query: number): readonly number[] => {
  const { patches, tokens, offset } = layout(maps);
  const start = (head * tokens + query + offset) * tokens + offset;
  return Array.from({ length: patches }, (_, key) => block[start + key] ?? 0);
};

/** The mean of `patchWeights` over the heads. */
export const meanPatchWeights = (maps: Maps, block: ArrayLike<number>, query: number): readonly number[] => {
  const heads = headCount(maps, block);
  return Array.from({ length: heads }, (_, head) => patchWeights(maps, block, head, query)).reduce(
    (mean, weights) => weights.map((weight, key) => (mean[key] ?? 0) + weight / heads),
    Array.from({ length: layout(maps).patches }, () => 0),
  );
};

/**
 * The mean attention distance of each head, in patches: the distance between the centres of a patch and the patches that
 * it attends to, weighted by attention and averaged over all patches of the image.
 *
 * Source: Dosovitskiy et al., "An image is worth 16x16 words", 2021, figure 7 ("mean attention distance").
 */
export const attentionDistances = (maps: Maps, block: ArrayLike<number>): readonly number[] => {
  const { patches } = layout(maps);
  const { columns } = maps.grid;
  return Array.from({ length: headCount(maps, block) }, (_, head) => {
    // Local mutation: heads × patches² terms.
    let total = 0;
    for (let query = 0; query < patches; query++) {
      let distance = 0;
      let sum = 0;
      patchWeights(maps, block, head, query).forEach((weight, key) => {
        const rows = Math.floor(key / columns) - Math.floor(query / columns);
        distance += weight * Math.hypot(rows, (key % columns) - (query % columns));
        sum += weight;
      });
      total += sum > 0 ? distance / sum : 0;
    }
    return total / patches;
  });
};
