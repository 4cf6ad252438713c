import { blockChart } from './block-chart.js';
import { accentOf } from './palette.js';
import type { RunResults, TemperatureFigure } from './results.js';

/** The learned temperatures by block, with their initial value as reference. */
export const temperaturesFigure = (results: RunResults, { name, initial, blocks }: TemperatureFigure): string => {
  const means = blocks.map((values) => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));
  return `<figure><figcaption>Temperature</figcaption>${blockChart({
    id: 'temperatures',
    description: `Learned temperature by block: ${means.join(', ')}; the initial value is ${initial.toFixed(2)}`,
    series: [{ name, color: accentOf(results, name), blocks }],
    level: { value: initial, label: `initial ${initial.toFixed(2)}` },
  })}</figure>`;
};

/** The caption of the figure, with the number of temperatures that decreased. */
export const temperaturesCaption = ({ initial, blocks }: TemperatureFigure): string => {
  const values = blocks.flat();
  const lower = values.filter((value) => value < initial).length;
  return `Locality Self-Attention divides attention scores by a learned temperature: the lower, the sharper the attention. ${
    lower === values.length ? 'All temperatures' : `${lower} of ${values.length} temperatures`
  } ended below their initial value.`;
};
