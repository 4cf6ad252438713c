import { chartStyle, chartText, type SeriesOption, svgChart } from './svg-chart.js';
import { countTicks } from './ticks.js';

/** One line of a chart by block: one value per block, or several (one per head). */
export interface BlockSeries {
  readonly name: string;
  readonly color: string;
  readonly blocks: readonly (readonly number[])[];
}

/** A horizontal reference line. */
export interface Level {
  readonly value: number;
  readonly label: string;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const drawn = ({ name, color, blocks }: BlockSeries): SeriesOption[] => [
  {
    ...chartStyle.still,
    type: 'scatter',
    data: blocks.flatMap((values, block) => (values.length > 1 ? values.map((value) => [block + 1, value]) : [])),
    symbolSize: 7,
    itemStyle: { color, opacity: 0.45 },
  },
  {
    ...chartStyle.still,
    type: 'line',
    data: blocks.map((values, block) => [block + 1, mean(values)]),
    symbol: 'circle',
    symbolSize: blocks.some((values) => values.length > 1) ? 1 : 7,
    itemStyle: { color },
    lineStyle: { color, width: 2.2 },
    endLabel: {
      show: true,
      formatter: () => chartText(name),
      color,
      fontSize: 12,
      fontWeight: 600,
      width: 76,
      overflow: 'truncate',
      distance: 10,
    },
    labelLayout: { moveOverlap: 'shiftY' },
  },
];

const levelLine = ({ value, label }: Level, depth: number): SeriesOption => ({
  ...chartStyle.still,
  type: 'line',
  data: [
    [0.5, value],
    [depth + 0.5, value],
  ],
  showSymbol: false,
  lineStyle: { color: 'var(--quiet)', type: [2, 3], width: 1.2 },
  endLabel: { show: true, formatter: () => label, color: 'var(--quiet)', fontSize: 12 },
  labelLayout: { moveOverlap: 'shiftY' },
});

/** Values by block, first to last: a faint dot per head, a line through the means, and an optional reference line. */
export const blockChart = (options: {
  readonly id: string;
  readonly description: string;
  readonly series: readonly BlockSeries[];
  readonly level?: Level;
}): string => {
  const { id, description, series, level } = options;
  const depth = Math.max(1, ...series.map(({ blocks }) => blocks.length));
  return svgChart({
    id,
    description,
    width: 420,
    height: 270,
    option: {
      grid: { left: 44, right: 92, top: 18, bottom: 42 },
      xAxis: {
        ...chartStyle.category,
        type: 'value',
        name: 'block',
        nameLocation: 'middle',
        nameGap: 26,
        // Half a block of padding on both sides keeps the first dots off the axis.
        min: 0.5,
        max: depth + 0.5,
        axisLabel: { ...chartStyle.category.axisLabel, customValues: [...countTicks(depth, 12)] },
      },
      yAxis: {
        ...chartStyle.value,
        type: 'value',
        scale: true,
        splitNumber: 4,
      },
      series: [...series.flatMap(drawn), ...(level === undefined ? [] : [levelLine(level, depth)])],
    },
  });
};
