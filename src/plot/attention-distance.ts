import { attentionDistances } from './attention-weights.js';
import { blockChart } from './block-chart.js';
import { accentOf } from './palette.js';
import type { AttentionFigure, RunResults } from './results.js';

/** How far each head of each block looks: a locality bias, learned or built in, shows as a low line. */
export const attentionDistanceFigure = (results: RunResults, { models }: AttentionFigure): string =>
  `<figure><figcaption>Mean attention distance, in patches</figcaption>${blockChart({
    id: 'attention-distance',
    description: 'Mean attention distance by block, in patches',
    series: models.map((maps) => ({
      name: maps.name,
      color: accentOf(results, maps.name),
      blocks: maps.blocks.map((block) => attentionDistances(maps, block)),
    })),
  })}</figure>`;

/** What the figure shows, in words. */
export const attentionDistanceCaption =
  'The attention distance is how far the patches of the test image look, weighted by attention: a dot a head, a line through their mean.';
