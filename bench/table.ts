const isNumber = (cell: string): boolean => /^[–−-]?\d|^–$/.test(cell);

/** A Markdown table with aligned columns. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string => {
  const numeric = headings.map((_, column) => rows.every((row) => isNumber(row[column]!)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, 3, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (numeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
};
