/**
 * Whatever a public function is given, it returns a typed error or a right value: it does not throw, hang, or compute a wrong number.
 */
import '../support/tfjs.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutantsOf } from './mutants.js';
import { publicFunctions } from './public.js';
import { outcomeOf, type Row } from './row.js';
import { rows, withoutData } from './rows/index.js';

test('every public function is in the table, or in the list of those that take no data', () => {
  const listed = [...rows.map(({ name }) => name), ...Object.keys(withoutData)];
  const actual = publicFunctions();
  expect(actual.filter((name) => !listed.includes(name))).toEqual([]);
  expect(listed.filter((name) => !actual.includes(name))).toEqual([]);
});

/** What is wrong with the outcome of a call, or nothing. */
const problemOf = async (row: Row, args: readonly unknown[]): Promise<string | undefined> => {
  try {
    const outcome = await outcomeOf(row, args);
    return outcome.kind === 'error' || row.holds(outcome.value, args) ? undefined : 'is a wrong value';
  } catch (thrown) {
    return `threw ${thrown}`;
  }
};

describe.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
  test('gives a right value for right arguments', async () => {
    const outcome = await outcomeOf(row, row.args);
    expect(outcome).toMatchObject({ kind: 'value' });
    expect(outcome.kind === 'value' && row.holds(outcome.value, row.args)).toBe(true);
  });

  test('gives a typed error or a right value for arguments that are wrong in one place', async () => {
    const problems: string[] = [];
    for (const { change, args } of mutantsOf(row.args, row.options)) {
      const problem = await problemOf(row, args as readonly unknown[]);
      if (problem !== undefined) problems.push(`${change} ${problem}`);
    }
    expect(problems).toEqual([]);
  });

  test('the same for arguments that are wrong in two places', async () => {
    const mutants = mutantsOf(row.args, row.options);
    if (mutants.length === 0) return;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (i, j) => {
        const first = mutants[i % mutants.length];
        const again = mutantsOf(first?.args as readonly unknown[], row.options);
        const second = again[j % again.length] ?? first;
        expect(await problemOf(row, second?.args as readonly unknown[])).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });
});
