import { printable } from '../../core/printable.js';
import { worstFirst } from '../../plot/evaluation/class-table.js';
import type { ClassResult, EvaluationResults, Interval } from '../../plot/index.js';
import { hasTop5 } from '../../plot/table.js';
import { plainTable } from '../plain-table.js';
import { percent, whole } from '../text.js';

/** More classes are in the report only. */
const MOST = 20;

/** How many of the surest mistakes are shown. */
const MISTAKES = 5;

const withRange = ({ value, low, high }: Interval): string =>
  `${percent(value).padStart(7)}  (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;

const points = (fraction: number): string => (100 * fraction).toFixed(1);

const calibrationLine = ({ calibration: { error, chance, confidence }, test }: EvaluationResults): string => {
  const tendency = confidence > test.top1.value ? 'overconfident' : 'underconfident';
  const meaning = error <= chance ? 'no more than by chance' : `${tendency}; by chance about ${points(chance)}`;
  return `${points(error).padStart(5)} points of expected calibration error, ${meaning}`;
};

/** The metrics of an evaluation, one a line. */
export const metricsLines = (results: EvaluationResults): string => {
  const { test, classes } = results;
  const rows: readonly (readonly [string, string])[] = [
    ['top-1 accuracy', withRange(test.top1)],
    ...(hasTop5({ classes: classes.length }) ? [['top-5 accuracy', withRange(test.top5)] as const] : []),
    ['loss', test.loss.toFixed(3).padStart(7)],
    ['calibration', calibrationLine(results)],
  ];
  return rows.map(([name, text]) => `${name.padEnd(16)} ${text}`).join('\n');
};

const classRow = ({ name, images, recall, precision, mistakenFor }: ClassResult): readonly string[] => [
  name,
  whole(images),
  images === 0 ? '–' : withRange(recall),
  precision.high - precision.low === 1 ? '–' : percent(precision.value),
  mistakenFor === undefined ? '' : `${mistakenFor.name} (${whole(mistakenFor.images)})`,
];

/** The results by class, the least accurate class first. */
export const classLines = ({ classes }: EvaluationResults): string => {
  const sorted = worstFirst(classes);
  const table = plainTable(
    ['class', 'images', 'accuracy  (95 %)', 'precision', 'most often taken for'],
    sorted.slice(0, MOST).map(classRow),
    { left: [0, 4] },
  );
  return sorted.length <= MOST ? table : `${table}\nand ${whole(sorted.length - MOST)} classes more, in the report`;
};

/** The surest mistakes, one a line. */
export const mistakeLines = ({ mistakes }: EvaluationResults): string => {
  if (mistakes.length === 0) return 'no mistakes';
  const rows = mistakes
    .slice(0, MISTAKES)
    .map(({ predicted, confidence, label, file, index }) => [
      file === undefined ? `image ${index}` : printable(file),
      `${predicted} ${percent(confidence)}`,
      label,
    ]);
  return plainTable(['surest mistakes', 'taken for', 'is'], rows, { left: [0, 1, 2] });
};
