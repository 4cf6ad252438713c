import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/core/config.js';
import { orThrow } from '../../src/core/or-throw.js';
import { cct2Models } from '../../src/models/cct/presets.js';
import { adaptTo, declareModel, inputOf, ModelConfig, tokensOf } from '../../src/models/families.js';
import { kerasModels, officialModels, quickstartModels } from '../../src/models/vit/presets.js';
import { declareVit } from '../../src/models/vit/vit.js';
import { left } from '../core/harness.js';

describe('a model configuration', () => {
  test('is decoded by its kind', () => {
    expect(decode(ModelConfig)(quickstartModels.sl)).toEqual(E.right(quickstartModels.sl));
    expect(left(decode(ModelConfig)({ ...quickstartModels.sl, kind: 'lenet' }))).toMatchObject({ field: 'kind' });
    const { kind: _, ...untagged } = quickstartModels.sl;
    expect(left(decode(ModelConfig)(untagged)).message).toMatch(/^kind: missing; expected .*vit/);
  });

  test('has an image size and a number of classes, and can be adapted to others', () => {
    expect(inputOf(kerasModels.sl)).toEqual({ image: { height: 72, width: 72, channels: 3 }, classes: 100 });
    const input = { image: { height: 24, width: 36, channels: 1 }, classes: 7 };
    const adapted = adaptTo(input)(kerasModels.sl);
    expect(adapted).toEqual({ ...kerasModels.sl, ...input });
    expect(orThrow(declareModel(adapted)).declaration.output.sizes).toEqual([1, 7]);
  });

  test('has a grid of tokens for an image', () => {
    const input = { image: { height: 24, width: 36, channels: 1 }, classes: 7 };
    expect(tokensOf(adaptTo(input)(kerasModels.vanilla))).toEqual({ rows: 4, columns: 6, before: 0 });
    expect(tokensOf(officialModels.sl)).toEqual({ rows: 8, columns: 8, before: 1 });
    // Convolutions round up: 25 rows become 13, then 7.
    const cct = adaptTo({ image: { height: 25, width: 32, channels: 1 }, classes: 7 })(cct2Models.vanilla);
    expect(tokensOf(cct)).toEqual({ rows: 7, columns: 8, before: 0 });
    expect(orThrow(declareModel(cct)).declaration.output.sizes).toEqual([1, 7]);
  });
});

describe('declareModel', () => {
  test('returns the declaration of the family', () => {
    const { config, declaration } = orThrow(declareModel(quickstartModels.vanilla));
    const expected = orThrow(declareVit(quickstartModels.vanilla));
    expect(config).toBe(quickstartModels.vanilla);
    expect(JSON.stringify(declaration)).toBe(JSON.stringify(expected));
  });

  test('returns the shape error of an invalid configuration', () => {
    expect(left(declareModel({ ...quickstartModels.vanilla, patch: 5 }))).toMatchObject({
      _tag: 'ShapeError',
      path: ['tokens'],
    });
  });
});
