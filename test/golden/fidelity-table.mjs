// Prints the table of docs/fidelity.md from the measurements of the golden tests:
//   VITRAIL_FIDELITY=~/measured npx vitest run test/golden && node test/golden/fidelity-table.mjs ~/measured
import { readFileSync } from 'node:fs';

const measured = readFileSync(process.argv[2], 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const show = (number) => (number === 0 ? '0' : number.toExponential(number < 1e-30 ? 0 : 1).replace('.0e', 'e'));
const against = ['tensorflow-addons', 'Keras 2', 'Keras 3', 'torch', 'numpy'];
const columnOf = (row) => against.findIndex((name) => row.against.includes(name));

const rows = [...new Set(measured.map(({ what }) => what))].sort().map((what) => {
  const found = measured.filter((row) => row.what === what);
  const cells = against.map((_, column) => {
    const values = found.filter((row) => columnOf(row) === column).map((row) => row.measured);
    return values.length === 0 ? '' : show(Math.max(...values));
  });
  return [what, ...cells, show(Math.max(...found.map(({ tolerance }) => tolerance)))];
});

const print = (cells) => console.log(`| ${cells.join(' | ')} |`);
print(['what', ...against, 'tolerance']);
print(['---', ...against.map(() => '---'), '---']);
rows.forEach(print);
