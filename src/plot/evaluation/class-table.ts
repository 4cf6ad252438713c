import { accentAt } from '../palette.js';
import { escapeHtml, percent, range, whole } from '../text.js';
import type { ClassResult } from './results.js';

/** More rows are folded away. */
const MOST = 20;

/** The classes that are recognized least come first; those without images last. */
export const worstFirst = (classes: readonly ClassResult[]): readonly ClassResult[] =>
  [...classes].sort((a, b) => Number(a.images === 0) - Number(b.images === 0) || a.recall.value - b.recall.value);

const meter = ({ value, low, high }: ClassResult['recall']): string => {
  const at = (fraction: number): string => `${(100 * fraction).toFixed(1)}%`;
  return `<span class="track" aria-hidden="true" style="--accent:${accentAt(0)}"><i style="left:0"></i><i style="left:50%"></i><i style="left:100%"></i><b style="left:${at(low)};right:calc(100% - ${at(high)})"></b><em style="left:${at(value)}"></em></span>`;
};

const row = ({ name, images, recall, precision, mistakenFor }: ClassResult): string => {
  const taken = mistakenFor === undefined ? '' : `${escapeHtml(mistakenFor.name)} (${whole(mistakenFor.images)})`;
  const own =
    images === 0
      ? '<td></td><td></td>'
      : `<td>${percent(recall.value)} <small>${range(recall)}</small></td><td class="meter">${meter(recall)}</td>`;
  return `<tr><th scope="row">${escapeHtml(name)}</th><td>${whole(images)}</td>${own}<td>${precision.high - precision.low === 1 ? '–' : percent(precision.value)}</td><td class="text">${taken}</td></tr>`;
};

const table = (classes: readonly ClassResult[]): string =>
  `<div class="scroll"><table class="classes"><thead><tr><th scope="col">class</th><th scope="col">images</th><th scope="col">accuracy</th><td></td><th scope="col">precision</th><th scope="col" class="text">most often taken for</th></tr></thead><tbody>${classes.map(row).join('')}</tbody></table></div>`;

/** The results by class. */
export const classTable = (classes: readonly ClassResult[]): string => {
  const sorted = worstFirst(classes);
  const rest = sorted.slice(MOST);
  return rest.length === 0
    ? table(sorted)
    : `${table(sorted.slice(0, MOST))}<details><summary>The other ${whole(rest.length)} classes</summary>${table(rest)}</details>`;
};
