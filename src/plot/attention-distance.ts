import { attentionDistances } from './attention-weights.js';
import { blockChart } from './block-chart.js';
import { accentOf } from './palette.js';
import type { AttentionFigure, RunResults } from './results.js';

/** The mean attention distance of each head, block by block. A locality bias, learned or built in, shows as a low line. */
export const attentionDistanceFigure = (results: RunResults, { models }: AttentionFigure): string =>
  `<figure><figcaption>Mean attention distance (patches)</figcaption>${blockChart({
    id: 'attention-distance',
    description: 'Mean attention distance by block, in patches',
    series: models.map((maps) => ({
      name: maps.name,
      color: accentOf(results, maps.name),
      blocks: maps.blocks.map((block) => attentionDistances(maps, block)),
    })),
  })}</figure>`;

/** The caption of the figure. */
export const attentionDistanceCaption =
  'The mean attention distance is the distance from a patch to the patches that it attends to, weighted by attention, on the test image above. Each dot is a head; the lines connect the means over heads.';
