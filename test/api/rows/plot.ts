import * as plot from '../../../src/plot/index.js';
import { evaluationOf } from '../../plot/sample-evaluation.js';
import { sampleResults } from '../../plot/sample-results.js';
import { row } from '../row.js';

const inUnit = (x: number): boolean => x >= 0 && x <= 1;
const isIn = (x: number, low: number, high: number): boolean => x >= low && x <= high;

export const plotRows = [
  row('plot/wilson', [3, 4], plot.wilson, ({ value, low, high }, successes, trials) =>
    successes >= 0 && successes <= trials && Number.isFinite(trials) && trials > 0
      ? value === successes / trials && low <= value && value <= high && inUnit(low) && inUnit(high)
      : trials === 0 && successes === 0
        ? low === 0 && high === 1
        : Number.isNaN(value) && Number.isNaN(low) && Number.isNaN(high),
  ),
  row(
    'plot/pairedGain',
    [
      [1, 0, 0.5],
      [1, 1, 0],
    ],
    plot.pairedGain,
    ({ value, low, high }, first, second) => {
      if (first.length !== second.length || ![...first, ...second].every(inUnit)) return Number.isNaN(value);
      if (first.length === 0) return low === -1 && high === 1;
      const gain = second.reduce((sum, right, i) => sum + right - (first[i] ?? 0), 0) / first.length;
      return Math.abs(value - gain) < 1e-12 && isIn(low, -1, value) && isIn(high, value, 1);
    },
  ),
  row(
    'plot/attentionRollout',
    [{ grid: { rows: 1, columns: 2 }, hasClassToken: false, blocks: [[0.5, 0.5, 0.25, 0.75]] }],
    plot.attentionRollout,
    (map, { grid }) =>
      map === undefined ||
      (map.weights.length === grid.rows * grid.columns &&
        Math.abs(map.weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9),
  ),
  row('plot/renderReport', [sampleResults], plot.renderReport, (page) => page.startsWith('<!'), {
    allowGiants: false,
    // Each call draws all figures.
    most: 60,
  }),
  row('plot/renderEvaluation', [evaluationOf(6)], plot.renderEvaluation, (page) => page.startsWith('<!'), {
    allowGiants: false,
    fixed: /which/,
    most: 60,
  }),
  row(
    'plot/montage',
    [[[{ height: 1, width: 2, channels: 1, data: [10, 20] }]], { scale: 2, gap: 1 }],
    plot.montage,
    (file) => file[0] === 0x89 && String.fromCharCode(...file.slice(1, 4)) === 'PNG',
    { allowGiants: false },
  ),
  row('plot/signed', [0.123], plot.signed, (text) => text.length > 0),
  row('plot/signedRange', [{ value: 0.1, low: -0.2, high: 0.3 }], plot.signedRange, (text) => text.length > 0),
];
