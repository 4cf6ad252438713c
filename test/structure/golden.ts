import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'golden');

/**
 * Compares a text with the file of this name in `golden`. If the structure of a model or a state changes by accident, users cannot
 * load their checkpoints.
 */
export const expectGolden = (name: string, text: string): void => {
  const path = join(folder, `${name}.txt`);
  if (process.env.UPDATE_STRUCTURE === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
  }
  const how =
    'If this change is intended, run UPDATE_STRUCTURE=1 npx vitest run test/structure, and review the difference.';
  expect(existsSync(path), `test/structure/golden/${name}.txt does not exist. ${how}`).toBe(true);
  expect(text, `The structure differs from test/structure/golden/${name}.txt. ${how}`).toBe(readFileSync(path, 'utf8'));
};

/** Lines of text from rows of cells, with aligned columns. */
export const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
};
