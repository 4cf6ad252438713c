import { headCount, meanPatchWeights, patchWeights } from './attention-weights.js';
import { magmaGradient } from './color-map.js';
import { accentOf } from './palette.js';
import { definitions, outline, pane, picture } from './panes.js';
import { grey, heatMap, pngDataUrl, sharpestPatch } from './png.js';
import type { AttentionFigure, AttentionMaps, RunResults } from './results.js';
import { escapeHtml, percent } from './text.js';

/** One map: the weights of one patch, scaled to the largest of them, over the image in grey. */
const heatPane = (maps: AttentionMaps, weights: readonly number[], query: number, title: string): string => {
  const { grid } = maps;
  const peak = Math.max(...weights);
  const own = weights[query] ?? 0;
  const heat = heatMap(
    weights.map((weight) => (peak > 0 ? weight / peak : 0)),
    grid.rows,
    grid.columns,
  );
  const description = `${escapeHtml(maps.name)}, ${title}: the outlined patch gives at most ${percent(peak)} to one patch and ${own === 0 ? 'nothing' : percent(own)} to itself`;
  return `<figure>${pane(
    grid,
    description,
    `<svg width="${grid.columns}" height="${grid.rows}" viewBox="0 0 1 1" preserveAspectRatio="none"><use href="#attended"/></svg>${picture(pngDataUrl(heat), grid, ' class="heat"')}${outline(query, grid, own === 0)}`,
  )}<figcaption>${title}<br><span class="quiet">${percent(peak)}</span></figcaption></figure>`;
};

const modelMaps = (figure: AttentionFigure, maps: AttentionMaps, color: string): string => {
  const query = sharpestPatch(figure.image, maps.grid);
  const last = maps.blocks.at(-1);
  const blocks = maps.blocks.map((block, i) =>
    heatPane(maps, meanPatchWeights(maps, block, query), query, `block ${i + 1}`),
  );
  const heads =
    last === undefined || headCount(maps, last) < 2
      ? []
      : Array.from({ length: headCount(maps, last) }, (_, head) =>
          heatPane(maps, patchWeights(maps, last, head, query), query, `head ${head + 1}`),
        );
  const verdict = maps.predicted === figure.label ? 'correct' : `the label is ${escapeHtml(figure.label)}`;
  const group = (title: string, panes: readonly string[], side: number): string =>
    panes.length === 0
      ? ''
      : `<div><p class="small">${title}</p><div class="group" style="--side:${side}px">${panes.join('')}</div></div>`;
  return `<section class="maps"><h3><span class="accent" style="--accent:${color}">${escapeHtml(maps.name)}</span> <span class="quiet">predicts ${escapeHtml(maps.predicted)} (${verdict})</span></h3>
<div class="groups">${group('Mean over heads', blocks, blocks.length > 5 ? 98 : 124)}${group(`Heads of block ${blocks.length}`, heads, 68)}</div></section>`;
};

/** What one patch of a test image attends to: for each model, one map per block (mean over heads), then one per head of the last block. */
export const attentionFigure = (results: RunResults, figure: AttentionFigure): string => {
  const ground = `<image id="attended" href="${pngDataUrl(grey(figure.image))}" width="1" height="1" preserveAspectRatio="none"/>`;
  return `${definitions(ground)}${figure.models.map((maps) => modelMaps(figure, maps, accentOf(results, maps.name))).join('')}
<p class="key"><span>0</span><span class="ramp" style="background:${magmaGradient}"></span><span>largest weight of the map (the number below it)</span></p>`;
};

/** The test image, with the patch whose attention is drawn outlined. */
export const attentionSubject = ({ image, label, models }: AttentionFigure): string => {
  const grid = models[0]?.grid;
  if (grid === undefined) return '';
  return `<figure class="subject">${pane(
    grid,
    `The test image, ${escapeHtml(label)}, with one patch outlined`,
    `${picture(pngDataUrl(image), grid)}${outline(sharpestPatch(image, grid), grid)}`,
  )}</figure>`;
};

/** The caption of the figure. */
export const attentionCaption = ({ label, models }: AttentionFigure): string => {
  const masked = models.some((maps) => maps.blocks.some((block) => patchWeights(maps, block, 0, 0)[0] === 0));
  return `What the outlined patch of a test image (${escapeHtml(label)}) attends to, block by block.${masked ? ' A patch that is struck through cannot attend to itself: Locality Self-Attention masks the diagonal of the attention matrix, so the weight is exactly zero.' : ''}`;
};
