import type { Shape } from '../../core/axes.js';
import { gigabytes } from '../../core/gigabytes.js';
import type { ModelSummary, TrainingMemory } from '../../experiment/summarize.js';
import { plainTable } from '../plain-table.js';
import { whole } from '../text.js';
import { layerRows } from './layer-rows.js';

/** `token 49 × feature 64`: the batch, of one image, is left out. */
const showOutput = ({ axes, sizes }: Shape): string =>
  axes.flatMap((axis, i) => (axis === 'batch' ? [] : [`${axis} ${sizes[i]}`])).join(' × ');

const cost = (count: number, times: number): string => {
  if (count === 0) return '–';
  return times === 1 ? whole(count) : `${times} × ${whole(count)}`;
};

/** The layers of a model with what they give and cost, and the totals. */
export const layerTable = ({ name, title, input, layers, parameters, macs }: ModelSummary): string => {
  const { height, width, channels } = input.image;
  const rows = layerRows(layers).map((row) => [
    `${'  '.repeat(row.level)}${row.name}`,
    showOutput(row.output),
    cost(row.parameters, row.times),
    cost(row.macs, row.times),
  ]);
  return [
    `${title} (${name}): images of ${height} × ${width} × ${channels}, ${input.classes} classes`,
    '',
    plainTable(['layer', 'output', 'parameters', 'multiply-accumulates'], rows, {
      left: [0, 1],
      totals: [['total', '', whole(parameters), whole(macs)]],
    }),
    '',
    'A layer includes those indented below it. Costs are for one image.',
  ].join('\n');
};

/** What training is expected to need. */
export const memoryLine = ({ bytes, rounds, batchSize }: TrainingMemory): string =>
  `training with batches of ${batchSize}: about ${gigabytes(bytes)} of memory at most${rounds > 1 ? `, each batch in ${rounds} rounds a thread` : ''}, and the images`;
