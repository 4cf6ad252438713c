/**
 * Tables of broken things, with the law that each must break: laws that find nothing prove nothing.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import type { Law } from '../../src/laws/index.js';

/** Tests that right things break no law, that each broken one breaks its law, and that every law has a thing that breaks it. */
export const testFindings = <T>(
  lawsOf: (given: T) => readonly Law[],
  right: readonly (readonly [what: string, given: T])[],
  broken: readonly (readonly [what: string, given: T, law: string])[],
): void => {
  describe.each(right)('%s that is right', (_, given) => {
    for (const law of lawsOf(given)) test(law.name, () => law.check());
  });

  test.each(broken)('%s', async (_, given, name) => {
    const law = lawsOf(given).find((each) => each.name === name);
    await expect(law?.check()).rejects.toThrow(`the law '${name}' does not hold`);
  });

  test('every law finds something', () => {
    const found = new Set(broken.map(([, , law]) => law));
    const names = right.flatMap(([, given]) => lawsOf(given).map(({ name }) => name));
    expect(names.filter((name) => !found.has(name))).toEqual([]);
  });
};
