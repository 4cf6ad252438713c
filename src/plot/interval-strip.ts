import { accentAt } from './palette.js';
import type { ModelResult } from './results.js';
import { escapeHtml, percent, range } from './text.js';
import { ticks } from './ticks.js';

/** Test top-1 accuracy of each model as a dot on its 95 % interval, one below the other on the same scale. */
export const intervalStrip = ({
  models,
}: {
  readonly models: readonly Pick<ModelResult, 'name' | 'test'>[];
}): string => {
  const intervals = models.map(({ test }) => test.top1);
  const low = Math.min(...intervals.map((interval) => interval.low));
  const high = Math.max(...intervals.map((interval) => interval.high));
  const padding = 0.15 * Math.max(high - low, 0.01);
  const [from, to] = [Math.max(0, low - padding), Math.min(1, high + padding)];
  const at = (fraction: number): string => `${((100 * (fraction - from)) / (to - from)).toFixed(2)}%`;
  const marks = ticks(from, to, 6);
  const grid = marks.map((mark) => `<i style="left:${at(mark)}"></i>`).join('');
  const rows = models.map(
    ({ name, test }, position) =>
      `<li style="--accent:${accentAt(position)}"><span class="accent name">${escapeHtml(name)}</span><span class="track" aria-hidden="true">${grid}<b style="left:${at(test.top1.low)};right:calc(100% - ${at(test.top1.high)})"></b><em style="left:${at(test.top1.value)}"></em></span><span class="number"><strong>${percent(test.top1.value)}</strong> <span class="quiet">${range(test.top1)}</span></span></li>`,
  );
  const labels = marks.map((mark) => `<i style="left:${at(mark)}">${+(100 * mark).toFixed(1)}&nbsp;%</i>`).join('');
  return `<ul class="strip">${rows.join('')}<li aria-hidden="true"><span></span><span class="scale">${labels}</span><span></span></li></ul>`;
};
