/**
 * Readings of attention weights.
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

/** How many heads the weights of a block hold. */
export const headCount = (maps: Maps, block: ArrayLike<number>): number =>
  Math.floor(block.length / layout(maps).tokens ** 2);

/** The weights that one patch gives to all patches in one head, in row order. A class token's share is left out. */
export const look = (maps: Maps, block: ArrayLike<number>, head: number, query: number): readonly number[] => {
  const { patches, tokens, offset } = layout(maps);
  const start = (head * tokens + query + offset) * tokens + offset;
  return Array.from({ length: patches }, (_, key) => block[start + key]!);
};

/** The mean of `look` over the heads. */
export const meanLook = (maps: Maps, block: ArrayLike<number>, query: number): readonly number[] => {
  const heads = headCount(maps, block);
  const looks = Array.from({ length: heads }, (_, head) => look(maps, block, head, query));
  return Array.from({ length: maps.grid.rows * maps.grid.columns }, (_, key) =>
    looks.reduce((sum, weights) => sum + weights[key]! / heads, 0),
  );
};

/**
 * How far each head looks: the distance between the centres of a patch and those that it attends to, weighted by
 * attention and averaged over all patches of the image, in patches.
 *
 * Source: Dosovitskiy et al., "An image is worth 16x16 words", 2021, figure 7 ("mean attention distance").
 */
export const attentionDistances = (maps: Maps, block: ArrayLike<number>): readonly number[] => {
  const { patches } = layout(maps);
  const { columns } = maps.grid;
  return Array.from({ length: headCount(maps, block) }, (_, head) => {
    // Local and mutable: heads × patches² terms.
    let total = 0;
    for (let query = 0; query < patches; query++) {
      let distance = 0;
      let weight = 0;
      look(maps, block, head, query).forEach((share, key) => {
        const rows = Math.floor(key / columns) - Math.floor(query / columns);
        distance += share * Math.hypot(rows, (key % columns) - (query % columns));
        weight += share;
      });
      total += weight > 0 ? distance / weight : 0;
    }
    return total / patches;
  });
};
