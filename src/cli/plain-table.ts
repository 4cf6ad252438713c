import Table from 'cli-table3';
import { tableStyle } from './table-style.js';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

type Cells = readonly string[];

/** A table with a rule under its head and, if there is a last row of totals, one above it. Columns but the first are aligned right, or as `left` says. */
export const plainTable = (
  head: Cells,
  rows: readonly Cells[],
  { left = [0], totals = [] }: { readonly left?: readonly number[]; readonly totals?: readonly Cells[] } = {},
): string => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (left.includes(column) ? 'left' : 'right')),
    chars: NO_LINES,
    style: { ...tableStyle(), 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...[...rows, ...totals].map((cells) => [...cells]));
  const [first = '', ...others] = table.toString().split('\n');
  const rule = '─'.repeat(table.width);
  const body = others.slice(0, others.length - totals.length);
  const end = totals.length === 0 ? [] : [rule, ...others.slice(body.length)];
  return [first, rule, ...body, ...end].map((line) => line.trimEnd()).join('\n');
};
