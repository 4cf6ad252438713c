import { definitions, outline, pane, paneClip, picture } from './panes.js';
import { pngAddress, sharpestPatch } from './png.js';
import type { PatchFigure } from './results.js';
import { escapeHtml, whole } from './text.js';

/**
 * One image cut into patches, then each of its shifts cut in the same way, as the published Keras example draws them
 * ("Visualize the patches"). The outlined pane is at the same place in every view: together they make one token.
 */
export const patchesFigure = ({ label, patch, views }: PatchFigure): string => {
  const first = views[0];
  if (first === undefined) return '';
  const grid = { rows: Math.floor(first.image.height / patch), columns: Math.floor(first.image.width / patch) };
  const marked = sharpestPatch(first.image, grid);
  const drawn = views.map(
    ({ name, image }) =>
      `<figure>${pane(
        grid,
        `${escapeHtml(label)}, ${escapeHtml(name)}, in ${grid.rows} by ${grid.columns} patches`,
        `<g clip-path="url(#panes)">${picture(pngAddress(image), grid)}</g>${outline(marked, grid)}`,
      )}<figcaption>${escapeHtml(name)}</figcaption></figure>`,
  );
  return `${definitions(paneClip('panes', grid))}<div class="views">${drawn.join('')}</div>`;
};

/** What the figure shows, in words. */
export const patchesCaption = ({ label, patch, views }: PatchFigure): string => {
  const channels = views[0]?.image.channels ?? 1;
  const numbers = patch * patch * channels;
  const cut = `An image (${escapeHtml(label)}), cut into patches of ${patch} × ${patch} pixels.`;
  return views.length < 2
    ? `${cut} Each patch is one token of ${whole(numbers)} numbers.`
    : `${cut} Shifted Patch Tokenization makes each token from the pane at one place in all ${views.length} views, such as the outlined ones: ${whole(numbers * views.length)} numbers in place of ${whole(numbers)}, and a look past the edges of the patch.`;
};
