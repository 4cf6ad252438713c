import { accentAt } from './palette.js';
import type { EpochMetrics, ModelResult, RunResults } from './results.js';
import { chartStyle, chartText, type SeriesOption, svgChart } from './svg-chart.js';
import { escapeHtml, percent } from './text.js';
import { countTicks } from './ticks.js';

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly read: (metrics: EpochMetrics) => number;
  readonly show: (value: number) => string;
  readonly tick: (value: number) => string;
}

const measures: readonly Measure[] = [
  {
    id: 'curve-loss',
    title: 'Cross-entropy loss',
    read: (metrics) => metrics.loss,
    show: (value) => value.toFixed(3),
    tick: String,
  },
  {
    id: 'curve-top1',
    title: 'Top-1 accuracy',
    read: (metrics) => metrics.top1,
    show: percent,
    tick: (value) => `${Math.round(1000 * value) / 10} %`,
  },
];

// A number that is not finite leaves a gap in the line.
const points = (model: ModelResult, split: 'train' | 'validation', read: Measure['read']): [number, number | null][] =>
  model.epochs.flatMap((epoch): [number, number | null][] => {
    const metrics = epoch[split];
    if (metrics === undefined) return [];
    const value = read(metrics);
    return [[epoch.epoch, Number.isFinite(value) ? value : null]];
  });

const hasValidation = (model: ModelResult): boolean => model.epochs.some((epoch) => epoch.validation !== undefined);

const lines = (model: ModelResult, position: number, measure: Measure): SeriesOption[] =>
  (['train', 'validation'] as const).map((split) => {
    const color = accentAt(position);
    const data = points(model, split, measure.read);
    const main = split === 'validation' || !hasValidation(model);
    const last = data.at(-1)?.[1];
    return {
      ...chartStyle.still,
      type: 'line',
      data,
      // A single epoch makes no line, so it is drawn as a dot.
      showSymbol: data.length === 1,
      symbolSize: 6,
      itemStyle: { color },
      lineStyle: main ? { color, width: 2.2 } : { color, width: 1.2, type: [4, 3] },
      z: main ? 3 : 2,
      endLabel: {
        show: main && last !== undefined && last !== null,
        formatter: () => `${chartText(model.name)}\n${last === undefined || last === null ? '' : measure.show(last)}`,
        color,
        fontSize: 12,
        lineHeight: 15,
        fontWeight: 600,
        width: 76,
        overflow: 'truncate',
      },
      labelLayout: { moveOverlap: 'shiftY' },
    };
  });

const curve = ({ models }: RunResults, measure: Measure): string => {
  const epochs = models.flatMap((model) => model.epochs.map(({ epoch }) => epoch));
  const ends = models.map((model) => {
    const last = model.epochs.at(-1);
    return last === undefined
      ? ''
      : `${model.name} ends at ${measure.show(measure.read(last.validation ?? last.train))}`;
  });
  return `<figure><figcaption>${measure.title}</figcaption>${svgChart({
    id: measure.id,
    description: `${measure.title} by epoch. ${ends.join('; ')}.`,
    width: 420,
    height: 300,
    option: {
      grid: { left: 44, right: 92, top: 14, bottom: 42 },
      xAxis: {
        ...chartStyle.category,
        type: 'value',
        name: 'epoch',
        nameLocation: 'middle',
        nameGap: 26,
        min: 1,
        max: Math.max(2, ...epochs),
        axisLabel: { ...chartStyle.category.axisLabel, customValues: [...countTicks(Math.max(2, ...epochs), 7)] },
      },
      yAxis: {
        ...chartStyle.value,
        axisLabel: { ...chartStyle.value.axisLabel, formatter: measure.tick },
        type: 'value',
        scale: true,
        splitNumber: 5,
      },
      series: models.flatMap((model, position) => lines(model, position, measure)),
    },
  })}</figure>`;
};

/** Loss and top-1 accuracy by epoch, all models on the same axes: validation solid, training thin and dashed. */
export const curvesFigure = (results: RunResults): string => {
  const key = results.models
    .map(({ name }, i) => `<span class="swatch" style="--accent:${accentAt(i)}">${escapeHtml(name)}</span>`)
    .join('');
  const styles = results.models.some(hasValidation)
    ? '<span class="stroke">validation</span><span class="stroke dashed">training</span>'
    : '<span class="stroke">training</span>';
  return `<p class="key">${key}${styles}</p><div class="pair">${measures.map((measure) => curve(results, measure)).join('')}</div>`;
};
