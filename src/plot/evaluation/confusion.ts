import { magmaGradient } from '../color-map.js';
import { accentAt } from '../palette.js';
import { pane, picture } from '../panes.js';
import { heatMap, pngDataUrl } from '../png.js';
import { escapeHtml, percent, whole } from '../text.js';
import type { EvaluationResults } from './results.js';

type Confusion = Pick<EvaluationResults, 'classes' | 'confusion'>;

/** More classes have no room for numbers: they are drawn as a picture. */
const MOST = 24;

/** How many of the most frequent confusions are listed. */
const LISTED = 12;

const numbers = ({ classes, confusion }: Confusion): string => {
  const heads = classes.map(({ name }) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const rows = classes.map(({ name, images }, label) => {
    const cells = (confusion[label] ?? []).map((count, predicted) => {
      const share = images === 0 ? 0 : count / images;
      const kind = count === 0 ? ' class="none"' : share > 0.55 ? ' class="strong"' : '';
      return `<td${kind} style="--share:${(100 * share).toFixed(0)};--accent:${accentAt(label === predicted ? 0 : 1)}">${whole(count)}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table class="confusion"><thead><tr><td></td>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
};

const drawn = ({ classes, confusion }: Confusion): string => {
  const count = classes.length;
  const shares = confusion.flatMap((row, label) => row.map((own) => own / Math.max(1, classes[label]?.images ?? 0)));
  const grid = { rows: count, columns: count };
  return `<div class="square">${pane(grid, `Confusion matrix of ${whole(count)} classes`, picture(pngDataUrl(heatMap(shares, count, count)), grid))}</div><p class="key"><span>0</span><span class="ramp" style="background:${magmaGradient}"></span><span>all images of the class</span></p>`;
};

const mostFrequent = ({ classes, confusion }: Confusion): string => {
  const pairs = confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, LISTED);
  const rows = pairs.map(({ label, predicted, count }) => {
    const of = classes[label];
    return `<tr><th scope="row">${escapeHtml(of?.name ?? '')}</th><td class="text">${escapeHtml(classes[predicted]?.name ?? '')}</td><td>${whole(count)}</td><td>${percent(count / Math.max(1, of?.images ?? 0))}</td></tr>`;
  });
  return rows.length === 0
    ? ''
    : `<div class="scroll"><table class="classes"><thead><tr><th scope="col">class</th><th scope="col" class="text">taken for</th><th scope="col">images</th><th scope="col">of the class</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
};

/** Which classes are taken for which: numbers for a few classes, else a picture and the most frequent confusions. */
export const confusionFigure = (results: Confusion): string =>
  results.classes.length <= MOST ? numbers(results) : `${drawn(results)}${mostFrequent(results)}`;
