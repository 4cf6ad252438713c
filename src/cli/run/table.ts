import Table from 'cli-table3';
import { type Interval, type RunResults, signed, signedRange } from '../../plot/index.js';
import { hasTop5 } from '../../plot/table.js';
import { tableStyle } from '../table-style.js';
import { duration, percent, whole } from '../text.js';

const withInterval = ({ value, low, high }: Interval): string =>
  `${percent(value)}  (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;

/** The comparison: parameters, test accuracies with their 95 % intervals, time, and the gain in points. */
export const resultTable = ({ models, gain, dataset }: RunResults): string => {
  const isShown = hasTop5(dataset);
  const head = ['', 'parameters', 'test top-1  (95 %)', ...(isShown ? ['test top-5  (95 %)'] : []), 'trained in'];
  const table = new Table({
    head,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: tableStyle(),
  });
  table.push(
    ...models.map(({ name, parameters, test, seconds }) => [
      name,
      whole(parameters),
      withInterval(test.top1),
      ...(isShown ? [withInterval(test.top5)] : []),
      duration(seconds),
    ]),
  );
  const [first, last] = [models[0], models.at(-1)];
  const verdict =
    gain === undefined || first === undefined || last === undefined
      ? ''
      : `\n${last.name} against ${first.name}: ${signed(gain.value)} points top-1 (95 %: ${signedRange(gain)}) on ${whole(first.test.images)} test images\n`;
  return `${table.toString()}\n${verdict}`;
};
