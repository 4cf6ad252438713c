import { blockChart } from './block-chart.js';
import { accentOf } from './palette.js';
import type { RunResults, TemperatureFigure } from './results.js';

/** The learned temperatures by block, against the value that they started from. */
export const temperaturesFigure = (results: RunResults, { name, initial, blocks }: TemperatureFigure): string => {
  const means = blocks.map((values) => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));
  return `<figure><figcaption>Temperature</figcaption>${blockChart({
    id: 'temperatures',
    description: `Learned temperature by block: ${means.join(', ')}; all started at ${initial.toFixed(2)}`,
    series: [{ name, color: accentOf(results, name), blocks }],
    level: { value: initial, label: `start ${initial.toFixed(2)}` },
  })}</figure>`;
};

/** What the figure shows, in words, with the direction that most temperatures took. */
export const temperaturesCaption = ({ initial, blocks }: TemperatureFigure): string => {
  const values = blocks.flat();
  const lower = values.filter((value) => value < initial).length;
  return `Locality Self-Attention divides its scores by a temperature that it learns; the smaller, the sharper the attention. ${
    lower === values.length ? 'All' : `${lower} of ${values.length}`
  } ended below their start.`;
};
