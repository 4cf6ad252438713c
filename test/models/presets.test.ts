import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/core/config.js';
import { countParameters } from '../../src/core/declaration.js';
import { orThrow } from '../../src/core/or-throw.js';
import { declareCct } from '../../src/models/cct/cct.js';
import { cct2Models, cct7Models } from '../../src/models/cct/presets.js';
import { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels, officialModels, quickstartModels } from '../../src/models/vit/presets.js';
import { declareVit } from '../../src/models/vit/vit.js';

const declared = (config: VitConfig) => {
  const declaration = declareVit(config);
  if (E.isLeft(declaration)) throw new Error(declaration.left.message);
  return declaration.right;
};

describe('presets, from declarations alone', () => {
  // Keras: model.summary() minus the 7 numbers of Normalization; official: the authors' create_model for CIFAR-100.
  test.each([
    ['Keras vanilla', kerasModels.vanilla, 21_759_012],
    ['Keras SPT + LSA', kerasModels.sl, 21_787_748],
    ['official ViT', officialModels.vanilla, 2_709_796],
    ['official SL-ViT', officialModels.sl, 2_747_248],
  ])('%s has the published parameter count', (_, config, count) => {
    expect(countParameters(declared(config))).toBe(count);
  });

  // The authors' cct_2_3x2_32, cct_7_3x1_32 and cct_7_3x1_32_c100.
  test.each([
    ['CCT-2/3x2, 10 classes', { ...cct2Models.vanilla, classes: 10 }, 283_723],
    ['CCT-7/3x1, 10 classes', { ...cct7Models.vanilla, classes: 10 }, 3_760_139],
    ['CCT-7/3x1, 100 classes', cct7Models.vanilla, 3_783_269],
  ])('%s has the parameter count of its authors', (_, config, count) => {
    expect(countParameters(orThrow(declareCct(config)))).toBe(count);
  });

  test('the last block of a CCT drops branches most, the first never', () => {
    const config = { ...cct7Models.vanilla, depth: 3, dropRates: { attention: 0, tokens: 0, path: 0.2 } };
    expect(orThrow(declareCct(config)).draws.map((path) => path.join('/'))).toEqual([
      'blocks/1/attention/path',
      'blocks/1/mlp/path',
      'blocks/2/attention/path',
      'blocks/2/mlp/path',
    ]);
    expect(orThrow(declareCct({ ...config, depth: 1 })).draws).toEqual([]);
  });

  test.each([
    ['Keras vanilla', kerasModels.vanilla, 201.4],
    ['Keras SPT + LSA', kerasModels.sl, 205.4],
    ['official ViT', officialModels.vanilla, 187.73],
    ['official SL-ViT', officialModels.sl, 190.09],
  ])('%s has the known multiply-accumulates (M)', (_, config, millions) => {
    expect(declared(config).macs / 1e6).toBeCloseTo(millions, 1);
  });

  test.each(Object.entries({ ...kerasModels, official: officialModels.sl, quick: quickstartModels.sl }))(
    'config %s survives its codec',
    (_, config) => {
      expect(decode(VitConfig)(JSON.parse(JSON.stringify(config)))).toEqual(E.right(config));
    },
  );
});
