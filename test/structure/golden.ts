import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'golden');

/**
 * Compares a text with the file of this name in `golden`. A structure decides which checkpoints fit which models: one that
 * changes by accident makes the checkpoints of users useless.
 */
export const expectGolden = (name: string, text: string): void => {
  const path = join(folder, `${name}.txt`);
  if (process.env.UPDATE_STRUCTURE === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
  }
  const how = 'If this is meant, run UPDATE_STRUCTURE=1 npx vitest run test/structure, and look at the difference.';
  expect(existsSync(path), `test/structure/golden/${name}.txt is not there. ${how}`).toBe(true);
  expect(text, `The structure is not that of test/structure/golden/${name}.txt. ${how}`).toBe(
    readFileSync(path, 'utf8'),
  );
};

/** Rows of cells, the columns aligned. */
export const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
};
