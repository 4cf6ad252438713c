/**
 * Shared by the patch and attention figures: an image drawn in units of its patches.
 *
 * @module
 */

/** The numbers of patches of an image. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** The width of a gap as a fraction of a patch. */
const GAP = 0.09;

/** A clip path that cuts an image into its patches, with small gaps between them. One unit is one patch. */
export const paneClip = (id: string, { rows, columns }: Grid): string => {
  const side = 1 - GAP;
  const panes = Array.from({ length: rows * columns }, (_, i) => {
    const x = (i % columns) + GAP / 2;
    const y = Math.floor(i / columns) + GAP / 2;
    return `M${x.toFixed(3)} ${y.toFixed(3)}h${side}v${side}h${-side}z`;
  });
  return `<clipPath id="${id}"><path d="${panes.join('')}"/></clipPath>`;
};

/** Definitions that drawings further down the page refer to. */
export const definitions = (content: string): string =>
  `<svg class="definitions" aria-hidden="true"><defs>${content}</defs></svg>`;

/** A raster image that fills a grid of patches. */
export const picture = (address: string, { rows, columns }: Grid, attributes = ''): string =>
  `<image href="${address}" width="${columns}" height="${rows}" preserveAspectRatio="none"${attributes}/>`;

/** The outline of a patch, by its position in row order; struck through if the patch cannot attend to itself. */
export const outline = (patch: number, { columns }: Grid, struck = false): string => {
  const x = patch % columns;
  const y = Math.floor(patch / columns);
  const path = `M${x} ${y}h1v1h-1z${struck ? `m0 1l1 -1` : ''}`;
  // A light line over a dark one is visible on any image.
  return `<path class="halo" d="${path}"/><path class="outline" d="${path}"/>`;
};

/** A drawing in units of patches. `description` must be escaped. */
export const pane = ({ rows, columns }: Grid, description: string, content: string): string =>
  `<svg class="panes" viewBox="-0.06 -0.06 ${columns + 0.12} ${rows + 0.12}" role="img" aria-label="${description}">${content}</svg>`;
