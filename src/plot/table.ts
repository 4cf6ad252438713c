import { accentAt } from './palette.js';
import type { EpochMetrics, ModelResult, RunResults, SkippedFile } from './results.js';
import { duration, escapeHtml, percent, range, rate, scaled, whole } from './text.js';

const TOP5 = 'Top-5 accuracy';

/** Whether top-5 accuracy says something: of five classes, the right one is always among the first five. */
export const hasTop5 = ({ classes }: { readonly classes: number }): boolean => classes > 5;

const measures: readonly (readonly [string, (model: ModelResult) => string])[] = [
  ['Top-1 accuracy', ({ test }) => `${percent(test.top1.value)} <small>${range(test.top1)}</small>`],
  [TOP5, ({ test }) => `${percent(test.top5.value)} <small>${range(test.top5)}</small>`],
  ['Test loss', ({ test }) => test.loss.toFixed(3)],
  ['Parameters', ({ parameters }) => whole(parameters)],
  ['Multiply-accumulates per image', ({ macs }) => scaled(macs)],
  ['Training time', ({ seconds }) => duration(seconds)],
  ['Training images per second', ({ imagesPerSecond }) => whole(imagesPerSecond)],
];

/** The main table: one column per model and one row per measure, so that it fits a narrow page. */
export const resultsTable = ({ models, dataset }: RunResults): string => {
  const heads = models.map(
    ({ name }, i) => `<th scope="col" class="accent" style="--accent:${accentAt(i)}">${escapeHtml(name)}</th>`,
  );
  const shown = measures.filter(([title]) => hasTop5(dataset) || title !== TOP5);
  const rows = shown.map(
    ([title, show]) =>
      `<tr><th scope="row">${title}</th>${models.map((model) => `<td>${show(model)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr><td></td>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
};

const cells = (metrics: EpochMetrics | undefined): string =>
  metrics === undefined
    ? '<td></td><td></td><td></td>'
    : `<td>${metrics.loss.toFixed(4)}</td><td>${percent(metrics.top1)}</td><td>${percent(metrics.top5)}</td>`;

/** The numbers behind the curves, epoch by epoch, collapsed by default. */
export const epochsTable = ({ name, epochs }: ModelResult, position: number): string => {
  const rows = epochs.map(
    ({ epoch, train, validation, learningRate }) =>
      `<tr><th scope="row">${epoch}</th><td>${rate(learningRate)}</td>${cells(train)}${cells(validation)}</tr>`,
  );
  const columns = '<th scope="col">loss</th><th scope="col">top-1</th><th scope="col">top-5</th>';
  return `<details><summary>All epochs of <span class="accent" style="--accent:${accentAt(position)}">${escapeHtml(name)}</span></summary><div class="scroll"><table class="epochs"><thead><tr><th scope="col" rowspan="2">epoch</th><th scope="col" rowspan="2">learning rate</th><th scope="colgroup" colspan="3">training</th><th scope="colgroup" colspan="3">validation</th></tr><tr>${columns}${columns}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
};

// A report stays readable; `--json` prints the others, too.
const MOST_SKIPPED = 100;

/** Files that were left out, with what is wrong with them. */
export const skippedTable = (files: readonly SkippedFile[]): string => {
  const rows = files
    .slice(0, MOST_SKIPPED)
    .map(({ path, detail }) => `<tr><th scope="row">${escapeHtml(path)}</th><td>${escapeHtml(detail)}</td></tr>`);
  const rest = files.length - MOST_SKIPPED;
  const more = rest > 0 ? `<tr><th scope="row">and ${whole(rest)} more</th><td></td></tr>` : '';
  return `<div class="scroll"><table class="files"><tbody>${rows.join('')}${more}</tbody></table></div>`;
};
