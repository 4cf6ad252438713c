import type { EChartsOption, SeriesOption } from 'echarts';
import { LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml } from './text.js';

use([LineChart, ScatterChart, GridComponent, LabelLayout, SVGRenderer]);

/** The input of `svgChart`. */
export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  /** The text alternative for screen readers. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly option: EChartsOption;
}

/** Style that all charts share. Colours are CSS variables, so that one drawing works on a light and on a dark page. */
export const chartStyle = {
  text: { fontFamily: 'inherit', fontSize: 12, color: 'var(--quiet)' },
  category: {
    axisLine: { onZero: false, lineStyle: { color: 'var(--rule)' } },
    axisTick: { show: false },
    axisLabel: { color: 'var(--quiet)', fontSize: 12 },
    nameTextStyle: { color: 'var(--quiet)', fontSize: 12 },
    splitLine: { show: false },
  },
  value: {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: 'var(--quiet)', fontSize: 12 },
    splitLine: { lineStyle: { color: 'var(--rule)' } },
  },
  /** The drawing is static: nothing reacts to the pointer. */
  still: { silent: true, emphasis: { disabled: true } },
} as const satisfies Record<string, object>;

export type { SeriesOption };

/**
 * A text of the user's for a chart. ECharts keeps texts as keys of plain objects: '__proto__' would be the prototype of all objects there,
 * which it then changes. A zero-width space makes it a text like others.
 */
export const chartText = (text: string): string => (text === '__proto__' ? `${text}\u200b` : text);

/**
 * Draws a chart as SVG text that scales with the page. No DOM is needed. The same chart gives the same text: the running
 * numbers of the renderer are replaced by the id of the chart, and its style sheet, which only serves hover effects, is
 * removed.
 */
export const svgChart = ({ id, description, width, height, option }: Chart): string => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: chartStyle.text, ...option });
    return chart
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/ (class="zr\d+-cls-\d+"|pointer-events="visible"|xml:space="preserve")/g, '')
      .replace(/\bzr\d+-/g, `${id}-`)
      .replace(
        /<svg [^>]*>/,
        `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(description)}">`,
      )
      .replace(/\n+/g, '');
  } finally {
    chart.dispose();
  }
};
