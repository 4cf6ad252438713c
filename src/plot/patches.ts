import { definitions, outline, pane, paneClip, picture } from './panes.js';
import { pngDataUrl, sharpestPatch } from './png.js';
import type { PatchFigure } from './results.js';
import { escapeHtml, whole } from './text.js';

/**
 * An image cut into patches, then each of its shifts cut in the same way, as the published Keras example draws them
 * ("Visualize the patches"). The outlined patch has the same position in every view: together they make one token.
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
        `<g clip-path="url(#panes)">${picture(pngDataUrl(image), grid)}</g>${outline(marked, grid)}`,
      )}<figcaption>${escapeHtml(name)}</figcaption></figure>`,
  );
  return `${definitions(paneClip('panes', grid))}<div class="views">${drawn.join('')}</div>`;
};

/** The caption of the figure. */
export const patchesCaption = ({ label, patch, views }: PatchFigure): string => {
  const channels = views[0]?.image.channels ?? 1;
  const numbers = patch * patch * channels;
  const cut = `An image (${escapeHtml(label)}), cut into patches of ${patch} × ${patch} pixels.`;
  return views.length < 2
    ? `${cut} Each patch becomes one token, made from ${whole(numbers)} values.`
    : `${cut} Shifted Patch Tokenization makes each token from the patches at the same position in all ${views.length} views, such as the outlined ones. A token thus sees ${whole(numbers * views.length)} values instead of ${whole(numbers)}, including pixels beyond the edges of its patch.`;
};
