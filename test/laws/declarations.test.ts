/** The preset models draw every number from a key of its own. */
import { describe, expect, test } from 'vitest';
import { fold, follow, type Key, type KeyPath, key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, type Path, showPath } from '../../src/core/tree.js';
import { kerasModels, officialModels, quickstartModels } from '../../src/models/vit/presets.js';
import { declareVit } from '../../src/models/vit/vit.js';

const keyPathOf = (path: Path): KeyPath => path.reduce<Key>(fold, key(1)).path;

/** Expects different paths, and different bits at their ends. */
const expectApart = (paths: readonly Path[]): void => {
  expect(new Set(paths.map(showPath)).size).toBe(paths.length);
  const ends = paths.map((path) => String(follow([0, 1], keyPathOf(path))));
  expect(new Set(ends).size).toBe(paths.length);
};

const models = Object.entries({ keras: kerasModels, official: officialModels, quickstart: quickstartModels }).flatMap(
  ([preset, pair]) => [[`${preset}, vanilla`, pair.vanilla] as const, [`${preset}, SPT + LSA`, pair.sl] as const],
);

describe('all draws and all parameters of a preset have different keys', () => {
  test.each(models)('%s', (_, config) => {
    const { draws, params } = orThrow(declareVit(config));
    expectApart(draws);
    expectApart(entries(params).map(([path]) => path));
    expect(draws.length > 0).toBe(Object.values(config.dropRates).some((rate) => rate > 0));
  });

  test('a deep model with every kind of dropout', () => {
    const dropRates = { attention: 0.1, mlp: 0.1, path: 0.1, representation: 0.1, head: 0.1 };
    const { draws } = orThrow(declareVit({ ...kerasModels.sl, depth: 24, dropRates }));
    expectApart(draws);
    // In a block: attention, its branch, two layers of the MLP, its branch; then the representation and two layers of the head.
    expect(draws).toHaveLength(24 * 5 + 1 + 2);
  });
});
